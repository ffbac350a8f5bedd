import {
  createStudy,
  float,
  int,
  loadStudy,
  space,
  type Direction,
  type ObjectiveResult,
  type Optimizer,
  type SearchSpace,
  type Study,
  type StudyJSON,
} from '@tunable/core';
import { ensure, ensureEqual, type Check } from './check.ts';
import { distanceFrom, exampleSpaces, type SpaceSupport } from './spaces.ts';

/** What an optimizer is declared to serve; checks of what it is not are left out. */
export interface OptimizerSupport extends SpaceSupport {
  /** Most objectives it serves. Default 1. */
  readonly objectives?: number;
  /** Most leaves it serves in reasonable time. Default 1000. */
  readonly dimensions?: number;
  /** Whether it may end (propose nothing more) although configurations are left, as a grid does. Default false. */
  readonly ends?: boolean;
}

/**
 * Checks that an optimizer keeps the contract of `Optimizer`, driving it through studies.
 *
 * @param make makes the optimizer, with the options to be checked; called often.
 * @param support what it serves.
 * @example for (const check of optimizerChecks(() => myOptimizer())) test(check.name, check.run);
 */
export function optimizerChecks(make: () => Optimizer, support: OptimizerSupport = {}): readonly Check[] {
  const { objectives = 1, dimensions = 1000, ends = false } = support;
  const checks: Check[] = [];
  const add = (name: string, run: () => Promise<void>): void => void checks.push({ name, run });

  for (const [kind, s] of Object.entries(exampleSpaces(support))) {
    add(`${kind}: proposes configurations of the space, inactive leaves left out`, async () => {
      const study = await studyOf(s, make());
      await runTrials(study, 40);
      for (const trial of study.trials) s.encode(trial.params);
    });

    add(`${kind}: equal seeds give equal suggestions, other seeds others`, async () => {
      const paramsOf = async (seed: number): Promise<unknown> => {
        const study = await studyOf(s, make(), { seed });
        await runTrials(study, 30);
        return study.trials.map((trial) => trial.params);
      };
      const first = await paramsOf(1);
      ensureEqual(await paramsOf(1), first, 'the second run with seed 1');
      ensure(
        JSON.stringify(await paramsOf(2)) !== JSON.stringify(first),
        () => 'seeds 1 and 2 gave the same 30 configurations',
      );
    });

    add(
      `${kind}: continues after a restart as if there had been none, whatever order trials ended in`,
      async () => {
        const study = await studyOf(s, make(), { seed: 5 });
        await runTrials(study, 12);
        for (let round = 0; round < 8; round++) {
          const [a, b, c, d] = await study.ask(4);
          await study.tell([
            [c!, round / 2],
            [a!, 1 / (round + 1)],
            [d!, new Error('no result')],
            [b!, round === 3 ? Number.POSITIVE_INFINITY : 0.5],
          ]);
        }
        await runTrials(study, 8);
        const json = JSON.parse(JSON.stringify(study)) as StudyJSON;
        const resumed = await loadStudy(json, { space: s, optimizer: make() });
        await runTrials(study, 4);
        await runTrials(resumed, 4);
        ensureEqual(lastParams(resumed, 4), lastParams(study, 4), 'the four trials after the restart');
      },
    );

    add(`${kind}: one optimizer object serves several studies without mixing them up`, async () => {
      const shared = make();
      const [one, two] = [await studyOf(s, shared, { seed: 1 }), await studyOf(s, shared, { seed: 2 })];
      for (let i = 0; i < 15; i++) {
        await runTrials(one, 1);
        await runTrials(two, 1);
      }
      const alone = await studyOf(s, make(), { seed: 1 });
      await runTrials(alone, 15);
      ensureEqual(lastParams(one, 15), lastParams(alone, 15), 'the study that shared its optimizer');
    });

    for (const [what, values] of Object.entries(DEGENERATE)) {
      add(`${kind}: bears ${what}`, async () => {
        const study = await studyOf(s, make(), { seed: 3 });
        await runTrials(study, 25, (_, i) => values(i));
        for (const trial of study.trials) s.encode(trial.params);
      });
    }

    add(`${kind}: bears constraints that no trial satisfies`, async () => {
      const study = await studyOf(s, make(), { seed: 3 });
      await runTrials(study, 25, (loss) => ({ value: loss, constraints: [1 + loss, -1] }));
      for (const trial of study.trials) s.encode(trial.params);
    });
  }

  if (support.continuous !== false) {
    add('proposes different configurations while others are pending', async () => {
      const study = await studyOf(space({ x: float(0, 1), y: float(0, 1) }), make(), { seed: 7 });
      await runTrials(study, 15);
      const pending = await study.ask(5);
      const distinct = new Set(pending.map((trial) => JSON.stringify(trial.params)));
      ensure(distinct.size === 5, () => `5 pending trials have ${distinct.size} different configurations`);
    });

    add('proposes only what the constraints (where) of the space allow', async () => {
      const s = space({ low: float(0, 1), high: float(0, 1) }, { where: [(p) => p.low < p.high] });
      const study = await studyOf(s, make(), { seed: 2 });
      await runTrials(study, 30);
      for (const { params } of study.trials) s.encode(params);
    });

    for (const count of [1, 30, 1000].filter((n) => n <= dimensions)) {
      add(`serves ${count} dimensions`, async () => {
        const shape = Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, float(-1, 1)]));
        const study = await studyOf(space(shape), make(), { seed: 1 });
        await runTrials(study, count > 100 ? 14 : 40);
      });
    }
  }

  if (!ends) {
    add('evaluates every configuration of a finite space, each once', async () => {
      const s = space({ a: int(0, 3), b: int(1, 5) });
      const study = await studyOf(s, make(), { seed: 1 });
      const { reason } = await study.optimize((params) => distanceFrom(s, s.encode(params)), { trials: 100 });
      ensureEqual(reason, 'exhausted', 'why the run ended');
      ensureEqual(
        new Set(study.trials.map((trial) => JSON.stringify(trial.params))).size,
        20,
        'different configurations',
      );
      ensureEqual(study.trials.length, 20, 'trials');
    });
  }

  if (objectives > 1) {
    for (let count = 2; count <= objectives; count++) {
      add(`serves ${count} objectives`, async () => {
        const directions = Array.from({ length: count }, (_, i): Direction =>
          i % 2 === 0 ? 'minimize' : 'maximize',
        );
        const s = space({ x: float(0, 1), y: float(0, 1), n: int(1, 9) });
        const study = await studyOf(s, make(), { directions });
        await runTrials(study, 40, (loss, i) => directions.map((_, k) => (k === 0 ? loss : Math.sin(k + i))));
        ensure(study.pareto.length > 0, () => 'the Pareto front is empty');
      });
    }
  }
  return checks;
}

/** Histories that break naive arithmetic, by what a check says of them. */
const DEGENERATE: { readonly [name: string]: (trial: number) => ObjectiveResult | Error } = {
  'equal values': () => 1,
  'failed trials only': () => new Error('failed'),
  'huge and tiny values': (i) => (i % 2 === 0 ? 1e300 * (i + 1) : 1e-300 * (i + 1)),
  'infinite values': (i) => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, i][i % 3] as number,
};

async function studyOf(
  s: SearchSpace,
  optimizer: Optimizer,
  options: { seed?: number; directions?: readonly Direction[] } = {},
): Promise<Study> {
  const { seed = 1, directions = ['minimize'] } = options;
  return createStudy({ space: s, optimizer, directions, seed });
}

/** Runs `count` more trials, or as many as there are left. */
async function runTrials(
  study: Study,
  count: number,
  resultOf: (loss: number, trial: number) => ObjectiveResult | Error = (loss) => loss,
): Promise<void> {
  const total = study.trials.length + count;
  const objective = (params: unknown, { number }: { number: number }): ObjectiveResult => {
    const result = resultOf(distanceFrom(study.space, study.space.encode(params)), number);
    if (result instanceof Error) throw result;
    return result;
  };
  await study
    .optimize(objective, { trials: total, maxInitialFailures: total + 1 })
    .catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'all_trials_failed') throw error;
    });
}

function lastParams(study: Study, count: number): unknown[] {
  return study.trials.slice(-count).map((trial) => trial.params);
}
