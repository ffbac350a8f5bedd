import { describe, expect, it } from 'vitest';

import { InvalidDatasetError } from '../errors.ts';
import { packFeatures } from './pack-features.ts';

describe('packFeatures', () => {
  it('packs arrays, typed arrays and records alike', () => {
    const expected = { features: Float64Array.of(1, 2, 3, 4), rowCount: 2, columnCount: 2 };
    expect(
      packFeatures(
        [
          [1, 2],
          [3, 4],
        ],
        ['a', 'b'],
      ),
    ).toEqual(expected);
    expect(packFeatures([Float32Array.of(1, 2), Float32Array.of(3, 4)], ['a', 'b'])).toEqual(expected);
    expect(
      packFeatures(
        [
          { b: 2, a: 1, c: 'ignored' },
          { a: 3, b: 4 },
        ],
        ['a', 'b'],
      ),
    ).toEqual(expected);
    expect(packFeatures([], ['a'])).toEqual({ features: new Float64Array(0), rowCount: 0, columnCount: 1 });
  });

  it('returns packed rows as they are', () => {
    const packed = packFeatures([[1, 2]], ['a', 'b']);
    expect(packFeatures(packed, ['a', 'b'])).toBe(packed);
  });

  it('rejects another number of columns and names the ones expected', () => {
    expect(() => packFeatures([[1]], ['a', 'b'])).toThrow(/row 0 has 1 columns, expected 2: a, b/);
    expect(() => packFeatures(packFeatures([[1]], ['a']), ['a', 'b'])).toThrow(InvalidDatasetError);
    expect(() => packFeatures([{ a: 1 }], ['a', 'b'])).toThrow(/'b' of row 0 is missing/);
  });
});
