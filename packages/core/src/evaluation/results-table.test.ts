import { describe, expect, it } from 'vitest';

import { categorical } from '../hyperparameter/categorical.ts';
import { int } from '../hyperparameter/int.ts';
import { choice } from '../space/choice.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Outcome } from '../study/objective.ts';
import { accuracy } from './metrics/accuracy.ts';
import { logLoss } from './metrics/log-loss.ts';
import { resultsTable, type ResultsTable } from './results-table.ts';

const searched = space({
  kernel: choice({ linear: {}, poly: { degree: int(2, 4) } }),
  label: categorical(['a, b', 'say "c"', 'd']),
});

/** The outcome of a trial with these scores per fold; a NaN is kept as null, as in a saved study. */
function outcome(accuracies: readonly number[], losses: readonly (number | null)[]): Outcome {
  const folds = accuracies.map((accuracy, i) => ({
    test: { accuracy, logLoss: losses[i] ?? null },
    fitMs: 10 * i,
    scoreMs: 4,
  }));
  return { value: accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length, attributes: { folds } };
}

async function exampleTable(): Promise<ResultsTable> {
  const study = await createStudy({ space: searched, direction: 'maximize', seed: 1 });
  await study.addTrial({ kernel: { type: 'linear' }, label: 'a, b' }, outcome([0.5, 0.7], [0.2, 0.4]));
  await study.addTrial(
    { kernel: { type: 'poly', degree: 3 }, label: 'say "c"' },
    outcome([0.7, 0.5], [0.1, null]),
  );
  await study.addTrial({ kernel: { type: 'linear' }, label: 'd' }, outcome([0.9, 0.8], [0.5, 0.5]));
  const trial = await study.ask();
  await study.tell(trial, new Error('failed'));
  return resultsTable(study, [accuracy(), logLoss()], 2);
}

describe('resultsTable', () => {
  it('summarizes the folds of each trial', async () => {
    const { rows } = await exampleTable();
    expect(rows[0]?.test['accuracy']).toEqual({
      mean: 0.6,
      std: expect.closeTo(0.1, 12),
      splits: [0.5, 0.7],
    });
    expect(rows[0]?.fitMs).toMatchObject({ mean: 5, std: 5 });
    expect(rows[1]?.test['logLoss']).toEqual({
      mean: Number.NaN,
      std: Number.NaN,
      splits: [0.1, Number.NaN],
    });
    expect(rows[1]?.params).toEqual({ kernel: { type: 'poly', degree: 3 }, label: 'say "c"' });
    expect(rows[0]?.train).toEqual({});
    expect(rows[3]).toMatchObject({ state: 'failed', test: { accuracy: { mean: Number.NaN, splits: [] } } });
  });

  it('ranks by each metric in its direction: ties share the smallest rank, trials without a score the last', async () => {
    const { rows } = await exampleTable();
    expect(rows.map(({ rank }) => rank['accuracy'])).toEqual([2, 2, 1, 4]);
    expect(rows.map(({ rank }) => rank['logLoss'])).toEqual([1, 3, 2, 3]);
  });

  it('has a column per leaf, null where it is inactive', async () => {
    const columns = (await exampleTable()).columns();
    expect(columns['state']).toEqual(['complete', 'complete', 'complete', 'failed']);
    expect(columns['param_kernel']?.slice(0, 3)).toEqual(['linear', 'poly', 'linear']);
    expect(columns['param_kernel.poly.degree']?.slice(0, 3)).toEqual([null, 3, null]);
    expect(columns['split1_test_logLoss']).toEqual([0.4, null, 0.5, null]);
    expect(columns['mean_fit_time']).toEqual([0.005, 0.005, 0.005, null]);
    expect(Object.keys(columns).some((name) => name.includes('train'))).toBe(false);
  });

  it('quotes what CSV needs quoted, and leaves gaps empty', async () => {
    const lines = (await exampleTable()).toCSV().split('\r\n');
    expect(lines[0]).toMatch(
      /^number,state,param_kernel,param_kernel\.poly\.degree,param_label,split0_test_accuracy,/,
    );
    expect(lines[1]).toMatch(/^0,complete,linear,,"a, b",0\.5,0\.7,/);
    expect(lines[2]).toMatch(/^1,complete,poly,3,"say ""c""",0\.7,0\.5,/);
    expect(lines.length).toBe(6);
  });

  it('of a study without trials is empty', async () => {
    const study = await createStudy({ space: searched });
    const table = resultsTable(study, [accuracy()], 5);
    expect(table.rows).toEqual([]);
    expect(table.toCSV()).toMatch(/^number,state,.*\r\n$/);
  });
});
