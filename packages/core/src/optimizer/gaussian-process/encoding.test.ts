import { describe, expect, test } from 'vitest';

import { boolean, categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { list } from '../../space/list.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { Encoding } from './encoding.ts';

function featuresOf(space: SearchSpace, params: unknown): number[] {
  const encoding = new Encoding(space);
  const features = new Float64Array(encoding.featureCount);
  encoding.encode(space.encode(params), features);
  return [...features];
}

describe('Encoding', () => {
  test('puts ordered values into [0, 1], whole numbers at the centres of their cells', () => {
    const numbers = space({
      rate: float(0.01, 100, { scale: 'log' }),
      depth: int(1, 4),
      size: categorical(['s', 'm', 'l'], { ordered: true }),
    });
    expect(featuresOf(numbers, { rate: 100, depth: 1, size: 'm' })).toEqual([1, 0.125, 0.5]);
    expect(featuresOf(numbers, { rate: 0.01, depth: 4, size: 'l' })).toEqual([0, 0.875, 5 / 6]);
  });

  test('puts different categories at squared distance 1, whatever their number', () => {
    const nominal = space({ flag: boolean(), kind: categorical(['a', 'b', 'c', 'd']) });
    const encoding = new Encoding(nominal);
    expect(encoding.featureCount).toBe(5);
    expect([...encoding.groupOf]).toEqual([0, 1, 1, 1, 1]);
    const distance = (a: unknown, b: unknown): number => {
      const other = featuresOf(nominal, b);
      return featuresOf(nominal, a).reduce((sum, x, f) => sum + (x - other[f]!) ** 2, 0);
    };
    expect(distance({ flag: true, kind: 'a' }, { flag: false, kind: 'a' })).toBe(1);
    expect(distance({ flag: true, kind: 'a' }, { flag: true, kind: 'd' })).toBeCloseTo(1, 12);
    expect(distance({ flag: true, kind: 'b' }, { flag: false, kind: 'd' })).toBeCloseTo(2, 12);
    expect(distance({ flag: true, kind: 'b' }, { flag: true, kind: 'b' })).toBe(0);
  });

  test('holds inactive leaves constant', () => {
    const conditional = space({
      model: choice({
        tree: { depth: int(1, 9), kind: categorical(['x', 'y', 'z']) },
        line: { slope: float(0, 1), flag: boolean() },
      }),
    });
    const line = featuresOf(conditional, { model: { type: 'line', slope: 0.9, flag: true } });
    expect(line).toEqual([1, 0.5, 0, 0, 0, 0.9, 1]);
    const tree = featuresOf(conditional, { model: { type: 'tree', depth: 1, kind: 'z' } });
    expect(tree).toEqual([0, 0.5 / 9, 0, 0, Math.SQRT1_2, 0.5, 0.5]);
  });

  test('shares the features of like-named parameters of sibling branches, and only of these', () => {
    const svm = space({
      kernel: choice({
        rbf: { gamma: float(1e-5, 10, { scale: 'log' }) },
        poly: { gamma: float(1e-5, 10, { scale: 'log' }), degree: int(2, 5) },
        sigmoid: { gamma: float(1e-3, 10, { scale: 'log' }) },
      }),
      other: choice({ rbf: { gamma: float(1e-5, 10, { scale: 'log' }) }, none: {} }),
    });
    const encoding = new Encoding(svm);
    const featureOf = (name: string) =>
      encoding.firstFeature[svm.leaves.find((leaf) => leaf.name === name)!.index];
    expect(featureOf('kernel.rbf.gamma')).toBe(featureOf('kernel.poly.gamma'));
    const separate = ['kernel.rbf.gamma', 'kernel.sigmoid.gamma', 'other.rbf.gamma', 'kernel.poly.degree'];
    expect(new Set(separate.map(featureOf)).size).toBe(4);
    expect(encoding.groupCount).toBe(6);
    expect(
      featuresOf(svm, { kernel: { type: 'poly', gamma: 10, degree: 2 }, other: { type: 'none' } }).slice(
        3,
        4,
      ),
    ).toEqual([1]);
  });

  test('keeps the items of a list apart, and knows which leaves others depend on', () => {
    const layers = space({ layers: list({ units: int(1, 8) }, { min: 1, max: 3 }) });
    const encoding = new Encoding(layers);
    expect(encoding.featureCount).toBe(4);
    expect([...encoding.isParent]).toEqual([1, 0, 0, 0]);
    expect(featuresOf(layers, { layers: [{ units: 8 }] })).toEqual([1 / 6, 15 / 16, 0.5, 0.5]);
  });

  test('tells any two configurations of a finite space apart', () => {
    const finite = space({
      a: int(0, 2),
      b: choice({ p: { x: boolean() }, q: { x: boolean(), y: categorical([1, 2, 3]) }, r: {} }),
    });
    const random = createRandom(3);
    const rows = new Map<string, string>();
    for (let i = 0; i < 400; i++) {
      const row = finite.sampleRow(random);
      const key = featuresOf(finite, finite.decode(row)).join(' ');
      expect(rows.get(key) ?? finite.key(row)).toBe(finite.key(row));
      rows.set(key, finite.key(row));
    }
    expect(rows.size).toBe(3 * (2 + 6 + 1));
  });
});
