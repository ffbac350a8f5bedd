import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { float } from '../../hyperparameter/float.ts';
import { space } from '../../space/search-space.ts';
import type { TrialRecord } from '../../storage/trial-record.ts';
import { TrialTable } from '../../study/history.ts';
import { filledLosses, finiteConstraints, toTargets } from './targets.ts';

function tableOf(outcomes: readonly Partial<TrialRecord>[]): TrialTable {
  const table = new TrialTable(space({ x: float(0, 1) }), ['minimize']);
  for (const [number, outcome] of outcomes.entries()) {
    table.upsert({ number, state: 'complete', row: Float64Array.of(0.5), attempt: 1, ...outcome });
  }
  return table;
}

const complete = (value: number): Partial<TrialRecord> => ({ values: [value] });

describe('filledLosses', () => {
  test('puts failed and infinitely bad trials a tenth beyond the worst', () => {
    const table = tableOf([complete(1), complete(11), complete(3), { state: 'failed' }, complete(Infinity)]);
    expect([...filledLosses(table, 0, Int32Array.of(0, 1, 2, 3, 4))]).toEqual([1, 11, 3, 11.8, 11.8]);
  });

  test('takes an infinitely good trial for the best seen', () => {
    const table = tableOf([complete(1), complete(-Infinity), complete(2)]);
    expect([...filledLosses(table, 0, Int32Array.of(0, 1, 2))]).toEqual([1, 1, 2]);
  });

  test('takes pruned trials for no better than the median', () => {
    const pruned = (value?: number): Partial<TrialRecord> => ({
      state: 'pruned',
      ...(value === undefined ? {} : { values: [value] }),
    });
    const table = tableOf([
      complete(1),
      complete(2),
      complete(9),
      pruned(0),
      pruned(5),
      pruned(),
      pruned(1e9),
    ]);
    expect([
      ...filledLosses(
        table,
        0,
        Int32Array.from({ length: 7 }, (_, i) => i),
      ),
    ]).toEqual([1, 2, 9, 2, 5, 2, 9.7]);
  });

  test('has nothing to say when every trial failed', () => {
    const table = tableOf([{ state: 'failed' }, { state: 'failed' }]);
    expect([...filledLosses(table, 0, Int32Array.of(0, 1))]).toEqual([0, 0]);
  });
});

test('finiteConstraints replaces infinities by the largest finite value of their sign', () => {
  const table = tableOf([-2, Infinity, 3, -Infinity, 0].map((c) => ({ values: [0], constraints: [c] })));
  expect([...finiteConstraints(table, 0, Int32Array.of(0, 1, 2, 3, 4))]).toEqual([-2, 3, 3, -2, 0]);
  const infinite = tableOf([Infinity, -Infinity].map((c) => ({ values: [0], constraints: [c] })));
  expect([...finiteConstraints(infinite, 0, Int32Array.of(0, 1))]).toEqual([1, -1]);
});

describe('toTargets', () => {
  test('standardizes by the population standard deviation', () => {
    const { targets, of } = toTargets(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9), 'linear');
    expect([...targets]).toEqual([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2]);
    expect(of(11)).toBe(3);
  });

  test('takes logarithms beyond the best, offset by the distance of the median', () => {
    // Median 5, best 1, offset 4: logarithms of 4, 8 and 404.
    const { targets } = toTargets(Float64Array.of(1, 5, 401), 'log');
    const logs = [4, 8, 404].map(Math.log);
    const mean = (logs[0]! + logs[1]! + logs[2]!) / 3;
    const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3);
    for (const [i, log] of logs.entries()) expect(targets[i]).toBeCloseTo((log - mean) / deviation, 12);
  });

  test('uses the mean where half of the values equal the best', () => {
    const { targets } = toTargets(Float64Array.of(0, 0, 0, 9), 'log');
    expect(targets[3]! - targets[0]!).toBeGreaterThan(1);
    expect(targets.every(Number.isFinite)).toBe(true);
  });

  test.each(['linear', 'log'] as const)('tells the slope of the map, %s', (scale) => {
    for (const unit of [1, 1e120]) {
      const values = Float64Array.of(1, 2, 5, 30, 401).map((x) => x * unit);
      const { of, logSlope } = toTargets(values, scale);
      for (const value of values) {
        const slope = (of(value * (1 + 1e-6)) - of(value)) / (1e-6 * value);
        expect(logSlope(value)).toBeCloseTo(Math.log(slope), 4);
      }
    }
    expect(toTargets(Float64Array.of(3, 3), scale).logSlope(3)).toBe(0);
  });

  test.each(['linear', 'log'] as const)(
    'keeps the order and stays finite for any finite values, %s',
    (scale) => {
      const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
        minLength: 1,
        maxLength: 20,
      });
      fc.assert(
        fc.property(values, (list) => {
          const { targets } = toTargets(Float64Array.from(list), scale);
          const order = Array.from(list.keys()).toSorted((a, b) => list[a]! - list[b]!);
          const sorted = order.map((i) => targets[i]!);
          expect(sorted.every(Number.isFinite)).toBe(true);
          for (let i = 1; i < sorted.length; i++)
            expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(-1e-12);
        }),
      );
    },
  );

  test('gives zeros for equal values', () => {
    for (const scale of ['linear', 'log'] as const) {
      expect([...toTargets(Float64Array.of(0.1, 0.1, 0.1), scale).targets]).toEqual([0, 0, 0]);
    }
  });
});
