import { describe, expect, it } from 'vitest';

import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { choice } from '../../space/choice.ts';
import { space } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { cellOf, coordinatesOf, Locator } from './coordinates.ts';

const mixed = space({
  x: float(0, 10),
  n: int(1, 5),
  kind: categorical(['a', 'b']),
  size: categorical(['s', 'm', 'l'], { ordered: true }),
  branch: choice({ on: { y: float(0, 1) }, off: {} }),
});
const coordinates = coordinatesOf(mixed);

describe('coordinates', () => {
  it('are the ordered leaves', () => {
    expect(coordinates.map(({ leaf, isDiscrete }) => [mixed.leaves[leaf]!.name, isDiscrete])).toEqual([
      ['x', false],
      ['n', true],
      ['size', true],
      ['branch.on.y', false],
    ]);
  });

  it('have outermost cells without end', () => {
    const { parameter } = coordinates[1]!;
    expect(cellOf(parameter, 1)).toEqual({ low: -Infinity, high: expect.closeTo(0.2) });
    expect(cellOf(parameter, 3)).toEqual({ low: expect.closeTo(0.4), high: expect.closeTo(0.6) });
    expect(cellOf(parameter, 5)).toEqual({ low: expect.closeTo(0.8), high: Infinity });
  });
});

describe('Locator', () => {
  const history = new TrialTable(mixed, ['minimize']);
  const count = 4000;
  for (let number = 0; number < count; number++) {
    const row = mixed.encode({ x: 3, n: 2, kind: 'a', size: 'l', branch: { type: 'off' } });
    history.upsert({ number, row, state: 'complete', values: [0], attempt: 1 });
  }
  const locate = (trial: number, mean: readonly number[], deviation = 0.2): Float64Array => {
    const out = new Float64Array(4);
    const deviations = new Float64Array(4).fill(deviation);
    new Locator(coordinates, 5).locate(history, trial, Float64Array.from(mean), deviations, out, 0);
    return out;
  };

  it('knows continuous places, and draws the others within their cells', () => {
    const sums = new Float64Array(4);
    for (let trial = 0; trial < count; trial++) {
      const place = locate(trial, [0.5, 0.3, 0.7, 0.5]);
      expect(place[0]).toBeCloseTo(0.3, 12);
      expect(place[1]! >= 0.2 && place[1]! <= 0.4).toBe(true);
      expect(place[2]!).toBeGreaterThanOrEqual(2 / 3);
      for (let j = 0; j < 4; j++) sums[j]! += place[j]! / count;
    }
    // Symmetric about the cell of n; a normal tail for size; all of the distribution for what is inactive.
    expect(sums[1]).toBeCloseTo(0.3, 2);
    const z = (2 / 3 - 0.7) / 0.2;
    const tail = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / 0.5662;
    expect(sums[2]).toBeCloseTo(0.7 + 0.2 * tail, 2);
    expect(sums[3]).toBeCloseTo(0.5, 2);
  });

  it('is a function of seed and trial', () => {
    const mean = [0.5, 0.3, 0.7, 0.5];
    expect(locate(7, mean)).toEqual(locate(7, mean));
    expect(locate(8, mean)).not.toEqual(locate(7, mean));
  });

  it('takes the nearest point of a cell that is out of reach', () => {
    expect(locate(0, [0.5, 0.9, 0.1, 0.5], 0.001)[1]).toBeCloseTo(0.4, 12);
  });
});
