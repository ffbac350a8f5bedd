import {
  createRandom,
  loadStudy,
  type History,
  type Optimizer,
  type Study,
  type StudyJSON,
  type SuggestContext,
} from '@tunable/core';
import { ensure, ensureEqual, type Check } from './check.ts';
import { ensureOfSpace, watchedRows } from './optimizer-row-checks.ts';
import {
  advance,
  end,
  lastParams,
  settingsOf,
  studyOf,
  watched,
  type Ending,
  type OptimizerSupport,
  type Setting,
} from './optimizer-support.ts';
import { withOtherClocks } from './other-clocks.ts';

/** Checks that suggestions are a function of the history and the seed. */
export function optimizerFunctionChecks(make: () => Optimizer, support: OptimizerSupport): readonly Check[] {
  return settingsOf(support).flatMap((setting) => checksOf(setting, make, support.trials ?? 40));
}

function checksOf(setting: Setting, make: () => Optimizer, trials: number): Check[] {
  const check = (rule: string, run: () => Promise<void>): Check => ({
    name: `${setting.name}: ${rule}`,
    run,
  });

  /** The configurations of a whole run. */
  async function run(seed: number, optimizer: Optimizer): Promise<unknown[]> {
    const study = await studyOf(setting, optimizer, seed);
    await advance(study, trials);
    return lastParams(study, trials);
  }

  return [
    check('equal seeds give equal suggestions, other seeds others', async () => {
      const first = await run(1, make());
      ensureEqual(await run(1, make()), first, 'the second run with seed 1');
      ensure(
        JSON.stringify(await run(2, make())) !== JSON.stringify(first),
        () => `seeds 1 and 2 gave the same ${trials} configurations`,
      );
    }),

    check('does not depend on the time', async () => {
      const elsewhere = watched(make(), (_, suggest) => withOtherClocks(suggest));
      ensureEqual(
        await run(1, elsewhere),
        await run(1, make()),
        'while Date and performance.now gave other numbers',
      );
    }),

    check('suggests the same from a history whether it has seen it grow or not', async () => {
      // Early, in between, and late enough for models that are kept up to date to have drifted.
      const early = new Set([1, 2, 5, Math.ceil(trials / 3)]);
      const optimizer = watched(make(), (context, suggest) => {
        const suggestion = suggest();
        const { seed, number } = context;
        if (early.has(number) || number > trials - 6) {
          const fresh = make().suggest({ ...context, random: createRandom(seed, number) });
          ensureEqual(suggestion?.row, fresh?.row, `for trial ${number}, another object than a new one`);
        }
        return suggestion;
      });
      const study = await studyOf(setting, optimizer, 5);
      await advance(study, trials + 1, { running: 4, endingOf: troubled });
    }),

    check('continues after a restart as if there had been none, whatever order trials ended in', async () => {
      const study = await studyOf(setting, make(), 5);
      await advance(study, trials, { endingOf: troubled });
      for (let round = 0; round < 3; round++) {
        await advance(study, 4, { running: 5 });
        const started = [...study.history.running];
        for (const place of [2, 0, 3, 1]) {
          const values = setting.directions.map(() => round / 2 - place);
          await end(study, started[place] as number, troubled(place, values));
        }
      }
      const resumed = await restarted(study, make());
      await advance(study, 8);
      await advance(resumed, 8);
      ensureEqual(lastParams(resumed, 8), lastParams(study, 8), 'the eight trials after the restart');
    }),

    check('one optimizer object serves several studies without mixing them up', async () => {
      const shared = make();
      const [one, two] = [await studyOf(setting, shared, 1), await studyOf(setting, shared, 2)];
      for (let i = 0; i < trials; i += 5) {
        await advance(one, 5);
        await advance(two, 5);
      }
      const alone = await studyOf(setting, make(), 1);
      for (let i = 0; i < trials; i += 5) await advance(alone, 5);
      ensureEqual(lastParams(one, trials), lastParams(alone, trials), 'the study that shared its optimizer');
    }),

    check('changes nothing in the history', async () => {
      const optimizer = watched(make(), (context, suggest) => {
        const before = pictureOf(context);
        const suggestion = suggest();
        const after = pictureOf(context);
        for (const [what, picture] of Object.entries(before))
          ensureEqual(after[what], picture, `${what} after the suggestion for trial ${context.number}`);
        return suggestion;
      });
      await advance(await studyOf(setting, optimizer, 4), trials, { running: 3, endingOf: troubled });
    }),

    check('goes on beside trials that others proposed, and one that never ends', async () => {
      const study = await studyOf(setting, watchedRows(make(), ensureOfSpace), 6);
      await advance(study, 1, { running: 2 });
      const [forever] = study.history.running;
      for (let i = 0; i < 10; i++) await study.enqueue(study.space.sample(i), { skipIfExists: true });
      for (let i = 0; i < trials && study.history.size < study.space.cardinality; i++) {
        const trial = await study.ask();
        await study.tell(
          trial,
          setting.directions.map((_, objective) => (trial.number * (objective + 3)) % 7),
        );
      }
      ensureEqual(study.history.running, [forever], 'the running trials');
    }),
  ];
}

/** Some trials fail, are pruned or infeasible. */
function troubled(trial: number, values: readonly number[]): Ending {
  if (trial % 7 === 3) return new Error('no result');
  if (trial % 5 === 2) return { prunedAt: trial % 2 === 0 ? 1 / trial : Number.NaN };
  if (trial % 11 === 8) return { values: values.map(() => Infinity), constraints: [-1, -1] };
  return { values, constraints: [(trial % 3) - 1, -1] };
}

/** The same study in another process. */
async function restarted(study: Study, optimizer: Optimizer): Promise<Study> {
  const json = JSON.parse(JSON.stringify(study)) as StudyJSON;
  return loadStudy(json, { space: study.space, optimizer, pruner: study.pruner });
}

/** A copy of all that an optimizer must not write to, by name. */
function pictureOf({ history, directions, earlier }: SuggestContext): { readonly [what: string]: unknown } {
  const columnsOf = (count: number, column: (index: number) => Float64Array): number[][] =>
    Array.from({ length: count }, (_, index) => Array.from(column(index).subarray(0, history.size)));
  return {
    'history.finished': [...history.finished],
    'history.running': [...history.running],
    'history.states': Array.from(history.states.subarray(0, history.size)),
    'history.violations': Array.from(history.violations.subarray(0, history.size)),
    'history.column': columnsOf(history.space.leaves.length, (leaf) => history.column(leaf)),
    'history.units': columnsOf(history.space.leaves.length, (leaf) => history.units(leaf)),
    'history.losses': columnsOf(directions.length, (objective) => history.losses(objective)),
    'history.constraint': columnsOf(history.constraintCount, (index) => history.constraint(index)),
    'history.record': recordsOf(history),
    directions: [...directions],
    earlier: structuredClone(earlier),
  };
}

function recordsOf(history: History): unknown[] {
  return Array.from({ length: history.size }, (_, trial) => {
    const record = history.record(trial);
    return { ...record, row: Array.from(record.row) };
  });
}
