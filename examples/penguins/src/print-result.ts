import type { TuneResult } from '@tunable/core';
import type { RandomForestModel, RandomForestParams } from '@tunable/random-forest';

import { formatTable } from './format-table.ts';

/** Prints what `tune` has found: untuned against tuned, the best parameters, and the five best trials. */
export function printResult(result: TuneResult<RandomForestParams, RandomForestModel>): void {
  const { best, baseline, metric, results, study, end } = result;
  console.log(`\n${end.detail}\n`);

  console.log(`Untuned and tuned, ${metric} over the same ${best.folds.length} folds:\n`);
  const compared = [['', metric, '±', 'ms per fit']];
  for (const [name, trial] of [
    ['untuned (defaults)', baseline] as const,
    [`tuned (trial ${best.number})`, best] as const,
  ]) {
    if (trial === undefined) compared.push([name, 'not scored', '', '']);
    else
      compared.push([
        name,
        score(trial.value),
        score(trial.std),
        mean(trial.folds.map(({ fitMs }) => fitMs)).toFixed(0),
      ]);
  }
  console.log(formatTable(compared));
  console.log(
    '\n  The best of many scores on the same folds flatters itself a little; new birds will tell.\n',
  );

  console.log('Best parameters:\n');
  const untuned = baseline?.params;
  const names = Object.keys(best.params) as (keyof RandomForestParams)[];
  console.log(
    formatTable([
      ['parameter', 'untuned', 'tuned'],
      ...names.map((name) => [
        name,
        untuned === undefined ? '' : show(untuned[name]),
        show(best.params[name]),
      ]),
    ]),
  );

  const top = results.rows
    .filter(({ state }) => state === 'complete')
    .toSorted((a, b) => (a.rank[metric] as number) - (b.rank[metric] as number))
    .slice(0, 5);
  console.log(`\nThe best ${top.length} of ${study.trials.length} trials:\n`);
  // Trials as columns: seven parameters as columns would not fit a terminal.
  console.log(
    formatTable([
      ['trial', ...top.map(({ number }) => `#${number}`)],
      [metric, ...top.map(({ test }) => score(test[metric]?.mean ?? Number.NaN))],
      ['±', ...top.map(({ test }) => score(test[metric]?.std ?? Number.NaN))],
      ...names.map((name) => [name, ...top.map(({ params }) => show(params[name]))]),
    ]),
  );
}

function score(value: number): string {
  return value.toFixed(4);
}

function show(value: number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(Number(value.toPrecision(3)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
