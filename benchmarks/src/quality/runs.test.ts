import { expect, test } from 'vitest';

import { mergeRuns, storedRuns, type Runs, type RunStore } from './runs.ts';

const result = { regrets: [0.1], auc: 0.1, seconds: 1 };

function runsOf(version: string, seeds: number, trials: number = 100): Runs {
  const runs = Array.from({ length: seeds }, () => result);
  return { version, date: '2026-01-01', trials, seeds, problems: { a: runs, b: runs } };
}

test("ours replace what was stored; Optuna's do so only if they are as full", () => {
  const store: RunStore = { tpe: runsOf('tunable 1', 10), 'optuna:gp': runsOf('Optuna 5.0.0', 4) };
  mergeRuns(store, 'tpe', runsOf('tunable 1', 3));
  mergeRuns(store, 'optuna:gp', runsOf('Optuna 5.0.0', 3));
  expect([store['tpe']!.seeds, store['optuna:gp']!.seeds]).toEqual([3, 4]);
  mergeRuns(store, 'optuna:gp', runsOf('Optuna 5.0.0', 5));
  expect(store['optuna:gp']!.seeds).toBe(5);
  mergeRuns(store, 'optuna:gp', runsOf('Optuna 5.1.0', 1));
  expect(store['optuna:gp']!.seeds).toBe(1);
});

test("Optuna's stored seeds are not run again, where version, problems and trials are the same", () => {
  const store: RunStore = { tpe: runsOf('tunable 1', 10), 'optuna:gp': runsOf('Optuna 5.0.0', 4) };
  const wanted = { version: 'Optuna 5.0.0', problems: ['a', 'b'], trials: 100 };
  expect(storedRuns(store, 'optuna:gp', wanted)!.seeds).toBe(4);
  expect(storedRuns(store, 'optuna:gp', { ...wanted, version: 'Optuna 5.1.0' })).toBeUndefined();
  expect(storedRuns(store, 'optuna:gp', { ...wanted, trials: 200 })).toBeUndefined();
  expect(storedRuns(store, 'optuna:gp', { ...wanted, problems: ['a', 'c'] })).toBeUndefined();
  // The code of ours may have changed.
  expect(storedRuns(store, 'tpe', { ...wanted, version: 'tunable 1' })).toBeUndefined();
  expect(storedRuns({}, 'optuna:gp', wanted)).toBeUndefined();
});
