import type { Optimizer } from '@tunable/core';
import { ensure, type Check } from './check.ts';
import { ensureOfSpace, watchedRows } from './optimizer-row-checks.ts';
import { advance, settingsOf, studyOf, type Ending, type OptimizerSupport } from './optimizer-support.ts';

/** Checks with histories that break naive arithmetic. */
export function optimizerHistoryChecks(make: () => Optimizer, support: OptimizerSupport): readonly Check[] {
  const { trials = 40 } = support;
  const checks: Check[] = [];
  for (const setting of settingsOf(support)) {
    for (const [what, endingOf] of Object.entries(HISTORIES)) {
      checks.push({
        name: `${setting.name}: bears ${what}`,
        async run() {
          const study = await studyOf(setting, watchedRows(make(), ensureOfSpace), 3);
          await advance(study, trials, { endingOf });
          const different = new Set(study.trials.map(({ params }) => JSON.stringify(params))).size;
          const all = study.trials.length;
          ensure(
            2 * different >= all,
            () => `${all} trials have only ${different} different configurations: it is stuck`,
          );
        },
      });
    }
  }
  return checks;
}

/** How trials end, by what a check says of them. */
const HISTORIES: { readonly [name: string]: (trial: number, values: readonly number[]) => Ending } = {
  'equal values': (_, values) => values.map(() => 1),
  'failed trials only': () => new Error('failed'),
  'one finite point, all other trials failed': (trial, values) =>
    trial === 2 ? values : new Error('failed'),
  'one finite point, all others infinitely bad or good': (trial, values) =>
    trial === 2 ? values : values.map(() => (trial % 2 === 0 ? Infinity : -Infinity)),
  'huge and tiny values': (trial, values) => {
    const huge = (trial % 3) * 8e307;
    return values.map(
      (_, objective) => [huge, (trial % 3) * 5e-324, -huge][(trial + objective) % 3] as number,
    );
  },
  'values that hardly differ': (trial, values) => values.map(() => 1 + (trial % 3) * Number.EPSILON),
  'values of Infinity only': (_, values) => values.map(() => Infinity),
  'values of -Infinity only': (_, values) => values.map(() => -Infinity),
  'infinite values among others': (trial, values) =>
    values.map((value, objective) => [Infinity, -Infinity, value][(trial + objective) % 3] as number),
  'constraints that no trial satisfies': (trial, values) => ({
    values,
    constraints: [1 + (trial % 7), -1],
  }),
  'constraints that are violated infinitely': (_, values) => ({ values, constraints: [Infinity, -1] }),
  'one feasible trial': (trial, values) => ({ values, constraints: [trial === 2 ? 0 : 1e300] }),
  'trials pruned without a value': () => ({ prunedAt: Number.NaN }),
  'trials pruned with a value': (trial) => ({ prunedAt: trial % 5 }),
};
