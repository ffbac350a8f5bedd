import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { TrialTable } from '../study/history.ts';
import { reportedTrials } from '../study/reported-trials.ts';
import { forecastByCohort } from './cohort-forecast.ts';
import type { ReportedTrials } from './pruner.ts';

/** Trials that reported these values at the steps 0, 1, 2, ... */
function trialsWith(...curves: readonly (readonly number[])[]): ReportedTrials {
  const table = new TrialTable(space({ x: float(0, 1) }), ['minimize']);
  for (const [number, values] of curves.entries()) {
    const reports = { steps: Array.from(values.keys()), values };
    table.upsert({ number, state: 'running', row: Float64Array.of(0.5), attempt: 1, reports });
  }
  return reportedTrials(table, 1, -1, undefined);
}

test('adds the median changes of the trials that went on, depth by depth', () => {
  const others = trialsWith([9, 5, 4, 3.5], [8, 6, 4.5, 4.5], [7, 4, 3.5, 3], [10], [6, 5], [20, 9]);
  const forecasts = forecastByCohort([3, 4, 5], others, 3);
  // From step 0 to 1 the changes are -11, -4, -3, -2, -1, of which the middle one is -3; from 1 to 3 -1.5, -1.5, -1.
  expect([...forecasts]).toEqual([
    [3, 10 - 3 - 1.5],
    [4, 5 - 1.5],
    [5, 9 - 1.5],
  ]);
});

test('one trial that went on is enough, and where none did, nothing changes', () => {
  expect([...forecastByCohort([0, 1], trialsWith([3], [1, 2]), 9)]).toEqual([
    [0, 4],
    [1, 2],
  ]);
});

test('what diverged ends infinitely bad', () => {
  const others = trialsWith([1, Number.NaN], [1, Infinity], [3, 2]);
  expect([...forecastByCohort([0, 1, 2], others, 1).values()]).toEqual([Infinity, Infinity, 2]);
});

test('keeps the order of trials of equal depth, and shifts with the values', () => {
  const curve = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(curve, { minLength: 1, maxLength: 12 }), (curves) => {
      const numbers = Array.from(curves.keys());
      const forecasts = forecastByCohort(numbers, trialsWith(...curves), 4);
      const shifted = forecastByCohort(numbers, trialsWith(...curves.map((c) => c.map((v) => v + 100))), 4);
      for (const a of numbers) {
        expect(shifted.get(a)).toBeCloseTo(forecasts.get(a)! + 100, 6);
        const betterPeers = numbers.filter(
          (b) => curves[b]!.length === curves[a]!.length && curves[b]!.at(-1)! < curves[a]!.at(-1)!,
        );
        for (const b of betterPeers) expect(forecasts.get(b)!).toBeLessThanOrEqual(forecasts.get(a)!);
      }
    }),
  );
});
