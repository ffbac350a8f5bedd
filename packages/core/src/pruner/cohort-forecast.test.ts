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

test('moves losses by the line through the trials that went on, depth by depth', () => {
  // From step 0 to 1 by y = x / 2 + 1, from 1 to 2 by 1 less: slopes of one are outvoted there, and right here.
  const wentOn = [0, 2, 4, 6, 8].map((x) => [x, x / 2 + 1, x / 2]);
  const forecasts = forecastByCohort([5, 6, 7], trialsWith(...wentOn, [10], [6, 5], [-4]), 2);
  expect([...forecasts]).toEqual([
    [5, 5],
    [6, 4],
    [7, -2],
  ]);
});

test('three trials that went on say how far, but not how much nearer to each other trials come; four say both', () => {
  const distance = (wentOn: number): number => {
    const curves = [8, 7, 6, 5].slice(0, wentOn).map((x) => [x, 3]);
    const forecasts = forecastByCohort([wentOn, wentOn + 1], trialsWith(...curves, [10], [9]), 1);
    return forecasts.get(wentOn)! - forecasts.get(wentOn + 1)!;
  };
  expect(distance(2)).toBe(1);
  expect(distance(3)).toBe(1);
  // The least, as the end was the same for all.
  expect(distance(4)).toBeCloseTo(0.05, 12);
});

test('of many trials it looks at those with the highest numbers, in whatever order they reported', () => {
  // Those before the last 64 changed in another way.
  const curves = Array.from({ length: 90 }, (_, n) => [n % 7, n < 26 ? 50 : (n % 7) / 2]);
  const records = [...curves, [4]].map((values, number) => ({
    number,
    state: 'running' as const,
    row: Float64Array.of(0.5),
    attempt: 1,
    reports: { steps: Array.from(values.keys()), values },
  }));
  for (const order of [records, records.toReversed()]) {
    const table = new TrialTable(space({ x: float(0, 1) }), ['minimize']);
    for (const { number, row } of records) table.upsert({ number, state: 'waiting', row, attempt: 1 });
    for (const record of order) table.upsert(record);
    expect(forecastByCohort([90], reportedTrials(table, 1, -1, undefined), 1).get(90)).toBe(2);
  }
});

test('trials never change places, and come no farther apart', () => {
  const falling = [0, 1, 2, 3, 4].map((x) => [x, -x]);
  const crossed = forecastByCohort([5, 6], trialsWith(...falling, [0], [10]), 1);
  expect(crossed.get(6)! - crossed.get(5)!).toBeCloseTo(0.5, 12);
  const spreading = [0, 1, 2, 3, 4].map((x) => [x, 7 * x]);
  const spread = forecastByCohort([5, 6], trialsWith(...spreading, [0], [10]), 1);
  expect(spread.get(6)! - spread.get(5)!).toBeCloseTo(10, 12);
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
  // A change that is no number tells nothing.
  expect(forecastByCohort([1], trialsWith([1e308, -1e308], [3]), 1).get(1)).toBe(3);
});

test('keeps the order of trials of equal depth, and shifts with the values', () => {
  // Eighths, whose differences a shift leaves exactly as they are.
  const value = fc.integer({ min: -8000, max: 8000 }).map((x) => x / 8);
  const curve = fc.array(value, { minLength: 1, maxLength: 5 });
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
