import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InvalidDatasetError } from '../errors.ts';
import { dataset, datasetFromPlain, type DatasetOptions } from './create-dataset.ts';

describe('dataset', () => {
  it('packs rows and labels', () => {
    const data = dataset({
      features: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      target: ['dog', 'cat', 'dog'],
    });
    expect(data.features).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    expect([data.rowCount, data.columnCount, data.task]).toEqual([3, 2, 'classification']);
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(data.target).toEqual(Float64Array.of(1, 0, 1));
    expect(data.featureNames).toEqual(['x0', 'x1']);
    expect(data.rowShape).toEqual([2]);
  });

  it('takes columns from records, and their names', () => {
    const records = [
      { beak: 39, sex: true, species: 'Adelie', year: 2007 },
      { beak: 50, sex: false, species: 'Gentoo', year: 2008 },
    ];
    const all = dataset({ features: records, target: 'species', groups: 'year' });
    expect(all.featureNames).toEqual(['beak', 'sex']);
    expect(all.features).toEqual(Float64Array.of(39, 1, 50, 0));
    expect(all.groups).toEqual(Int32Array.of(0, 1));
    const some = dataset({ features: records, target: 'species', featureNames: ['year', 'beak'] });
    expect(some.features).toEqual(Float64Array.of(2007, 39, 2008, 50));
  });

  it('takes flat typed arrays, packed rows, and a shape per row', () => {
    const flat = dataset({
      features: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      target: [0.5, 1.5],
      rowShape: [2, 2, 1],
    });
    expect([flat.task, flat.rowCount, flat.columnCount, flat.rowShape]).toEqual([
      'regression',
      2,
      4,
      [2, 2, 1],
    ]);
    expect(flat.target).toEqual(Float64Array.of(0.5, 1.5));
    expect(dataset({ features: flat, target: [1, 2] }).features).toEqual(flat.features);
    expect(dataset({ features: [1, 2, 3, 4], target: [1, 2] }).columnCount).toBe(2);
  });

  it('orders numbers as numbers, and takes booleans as labels', () => {
    const digits = dataset({ features: [[0], [0], [0]], target: [10, 9, -1], task: 'classification' });
    expect(digits.classes).toEqual([-1, 9, 10]);
    expect(digits.target).toEqual(Float64Array.of(2, 1, 0));
    expect(dataset({ features: [[0], [1]], target: [true, false] }).classes).toEqual([false, true]);
  });

  const rows = [
    [1, 2],
    [3, 4],
  ];
  it.each<[string, unknown, RegExp]>([
    ['unequal lengths', { features: rows, target: [1, 2, 3] }, /features has 2 rows and target has 3/],
    ['unequal groups', { features: rows, target: [1, 2], groups: ['a'] }, /groups has 1/],
    ['ragged rows', { features: [[1, 2], [3]], target: [1, 2] }, /row 1 has 1 columns, expected 2/],
    [
      'a flat array that does not divide',
      { features: Float64Array.of(1, 2, 3), target: [1, 2] },
      /3 numbers.*2 rows/,
    ],
    [
      'NaN features',
      {
        features: [
          [1, 2],
          [3, Number.NaN],
        ],
        target: [1, 2],
      },
      /'x1' of row 1 is missing \(NaN\).*leave such rows out/,
    ],
    ['NaN in a flat array', { features: [1, 2, Number.NaN, 4], target: [1, 2] }, /'x0' of row 1 is missing/],
    [
      'infinite features',
      {
        features: [
          [1, 2],
          [Infinity, 1],
        ],
        target: [1, 2],
      },
      /'x0' of row 1 is Infinity, expected a finite number/,
    ],
    [
      'an image per row',
      { features: [[[1, 2]], [[3, 4]]] as never, target: [1, 2] },
      /is \[1,2\], expected a finite number; flatten each row .* give rowShape/,
    ],
    [
      'a gap in a record',
      {
        features: [
          { a: 1, y: 1 },
          { a: null, y: 2 },
        ],
        target: 'y',
      },
      /'a' of row 1 is missing \(null\)/,
    ],
    [
      'a text column',
      { features: [{ island: 'Biscoe', y: 1 }], target: 'y' },
      /'island' of row 0 is text \("Biscoe"\).*featureNames/,
    ],
    ['one class only', { features: rows, target: ['a', 'a'] }, /every row has the target "a"/],
    ['a missing target', { features: rows, target: ['a', null] }, /target of row 1 is missing/],
    ['mixed targets', { features: rows, target: ['1', 1] }, /row 0 has "1" and row 1 has 1/],
    [
      'text for regression',
      { features: rows, target: ['a', 'b'], task: 'regression' },
      /regression needs numbers/,
    ],
    ['an infinite target', { features: rows, target: [1, Infinity] }, /target of row 1 is Infinity/],
    ['no rows', { features: [], target: [] }, /empty/],
    ['no columns', { features: [[], []], target: [1, 2] }, /no feature columns/],
    ['an unknown target column', { features: [{ a: 1 }], target: 'b' }, /no column 'b'; the columns are a/],
    ['a column name without records', { features: rows, target: 'b' }, /features must be records/],
    ['a wrong shape', { features: rows, target: [1, 2], rowShape: [3] }, /rowShape/],
    ['a name twice', { features: rows, target: [1, 2], featureNames: ['a', 'a'] }, /twice/],
    [
      'an unknown task',
      { features: rows, target: [1, 2], task: 'ranking' },
      /'classification' or 'regression', not "ranking"/,
    ],
    ['an unknown option', { features: rows, target: [1, 2], labels: [] }, /unknown option 'labels'/],
    ['no options', undefined, /options must be an object/],
    ['features that are no rows', { features: 3, target: [1, 2] }, /features must be an array of rows/],
    ['rows that are no rows', { features: ['ab', 'cd'], target: [1, 2] }, /row 0 is "ab"/],
  ])('rejects %s', (_, options, message) => {
    const make = (): unknown => dataset(options as DatasetOptions);
    expect(make).toThrow(InvalidDatasetError);
    expect(make).toThrow(message);
  });
});

describe('Dataset.rows', () => {
  const data = dataset({
    features: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    target: ['a', 'b', 'b'],
    groups: ['g', 'h', 'g'],
  });

  it('takes rows in the order given, with target and groups, and keeps all classes', () => {
    const part = data.rows(Int32Array.of(2, 1, 2));
    expect(part.features).toEqual(Float64Array.of(5, 6, 3, 4, 5, 6));
    expect(part.target).toEqual(Float64Array.of(1, 1, 1));
    expect(part.groups).toEqual(Int32Array.of(0, 1, 0));
    expect(part.classes).toEqual(['a', 'b']);
    expect(part.rowCount).toBe(3);
    expect(part.rows([1]).features).toEqual(Float64Array.of(3, 4));
  });

  it('rejects indices that are not rows', () => {
    expect(() => data.rows([3])).toThrow(/3 is not a row; the rows are 0 to 2/);
    expect(() => data.rows([-1])).toThrow(/-1 is not a row/);
  });

  it('taken in order gives the dataset back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), {
          minLength: 1,
        }),
        (pairs) => {
          const whole = dataset({ features: pairs.map(([x]) => [x]), target: pairs.map(([, y]) => y) });
          const again = whole.rows(pairs.map((_, i) => i));
          expect(again.features).toEqual(whole.features);
          expect(again.target).toEqual(whole.target);
        },
      ),
    );
  });
});

describe('Dataset.toPlain', () => {
  const data = dataset({
    features: [
      [1, 2],
      [3, 4],
    ],
    target: ['a', 'b'],
    groups: [7, 8],
  });

  it('lies in shared memory, once', () => {
    const plain = data.toPlain();
    expect(plain.features.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(plain.target.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(data.toPlain()).toBe(plain);
    expect(datasetFromPlain(plain).toPlain().features).toBe(plain.features);
  });

  it('survives a thread boundary without a copy', async () => {
    const { port1, port2 } = new MessageChannel();
    const arrived = new Promise<ReturnType<typeof data.toPlain>>((resolve) => {
      port2.addEventListener('message', (event) => resolve(event.data), { once: true });
      port2.start();
    });
    port1.postMessage(data.toPlain());
    const there = datasetFromPlain(await arrived);
    port1.close();
    expect(there.classes).toEqual(['a', 'b']);
    expect(there.rows([1]).features).toEqual(Float64Array.of(3, 4));
    data.toPlain().features[0] = 99;
    expect(there.features[0]).toBe(99);
  });

  it('rejects what is no plain dataset', () => {
    expect(() => datasetFromPlain({} as never)).toThrow(InvalidDatasetError);
  });
});
