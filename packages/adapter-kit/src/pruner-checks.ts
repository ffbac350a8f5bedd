import { createStudy, float, loadStudy, space, type Pruner, type StudyJSON } from '@tunable/core';
import { ensure, ensureEqual, type Check } from './check.ts';

/** What a pruner is declared to do; checks of what it does not are left out. */
export interface PrunerSupport {
  /** Whether it compares trials with one another, and so keeps the best. Default true; not so for fixed limits. */
  readonly compares?: boolean;
  /** Whether it prunes, sooner or later, trials that are far worse than others. Default true. */
  readonly prunes?: boolean;
}

const STEPS = 27;

/**
 * Checks that a pruner keeps the contract of `Pruner`.
 *
 * @param make makes the pruner, with the options to be checked.
 * @param support what it does.
 */
export function prunerChecks(make: () => Pruner, support: PrunerSupport = {}): readonly Check[] {
  const { compares = true, prunes = true } = support;
  const checks: Check[] = [];
  const add = (name: string, run: () => Promise<void>): void => void checks.push({ name, run });

  add('is a function of the reports: equal runs are pruned alike', async () => {
    ensureEqual(await statesOf(make(), badness), await statesOf(make(), badness), 'the second run');
  });

  add('gives the same verdicts after a restart', async () => {
    // Paused trials do not outlive a run.
    const whole = await run(make(), badness, 40, 'minimize', 0);
    const half = await run(make(), badness, 20, 'minimize', 0);
    const resumed = await loadStudy(JSON.parse(JSON.stringify(half)) as StudyJSON, { pruner: make() });
    await resumed.optimize(curve(badness), { trials: 40, maxPaused: 0 });
    ensureEqual(
      resumed.trials.map((trial) => trial.state),
      whole.trials.map((trial) => trial.state),
      'the states',
    );
  });

  if (compares) {
    for (const direction of ['minimize', 'maximize'] as const) {
      add(`${direction}: never prunes a trial that is better than all before at every step`, async () => {
        // A trial that pauses is compared with those that come after it, too.
        const study = await run(make(), (trial) => 100 - trial, 40, direction, 0);
        const states = study.trials.map((trial) => trial.state);
        ensure(
          !states.includes('pruned'),
          () => `pruned although every trial was the best so far: ${states.join(' ')}`,
        );
      });
    }
  }

  if (prunes) {
    for (const direction of ['minimize', 'maximize'] as const) {
      add(`${direction}: prunes most trials that are far worse than the others`, async () => {
        const study = await run(make(), (trial) => (trial < 20 ? 1 + trial / 100 : 1000), 60, direction);
        const pruned = study.trials.slice(20).filter((trial) => trial.state === 'pruned').length;
        ensure(pruned >= 20, () => `of 40 hopeless trials only ${pruned} were pruned`);
      });
    }
  }

  if (make().promote !== undefined) {
    add(
      'promotes paused trials only, by the reports alone, and has the best one run to its end',
      async () => {
        const pruner = make();
        const watched: Pruner = Object.create(pruner, {
          promote: {
            value(...[paused, others, isLast]: Parameters<NonNullable<Pruner['promote']>>) {
              const promoted = pruner.promote?.(paused, others, isLast);
              ensure(
                promoted === undefined || paused.includes(promoted),
                () => `promoted trial ${promoted}, which is not among the paused ones: ${paused.join(' ')}`,
              );
              ensureEqual(make().promote?.(paused, others, isLast), promoted, 'what another one promotes');
              return promoted;
            },
          },
        }) as Pruner;
        const study = await run(watched, badness, 40);
        const best = Math.min(...study.trials.map((trial) => badness(trial.number)));
        ensure(
          badness(study.best.number) === best,
          () => `the best complete trial has level ${badness(study.best.number)}, of all trials ${best}`,
        );
      },
    );
  }

  add('bears NaN and infinite reports', async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
    await statesOf(make(), (trial) => values[trial % 4] as number);
  });

  add('bears steps that are far apart, and trials that report nothing', async () => {
    const study = await createStudy({ space: SPACE, pruner: make(), seed: 1 });
    await study.optimize(
      async (_, trial) => {
        if (trial.number % 3 > 0)
          for (const step of [0, 7, 1_000_000]) await trial.report(step, trial.number);
        return trial.number;
      },
      { trials: 20 },
    );
  });

  add('bears several objectives, and metrics that are reported with them or alone', async () => {
    const states = async (): Promise<string[]> => {
      const study = await createStudy({
        space: SPACE,
        directions: ['minimize', 'maximize'],
        pruner: make(),
        seed: 1,
      });
      await study.optimize(
        async (_, trial) => {
          const level = badness(trial.number);
          for (let step = 0; step < STEPS; step++) {
            const metrics = { extra: (level * 3) % 7 };
            const values = [level + 1 / (step + 1), step === 2 ? Number.NaN : level % 10];
            await trial.report(
              step,
              [values[0] ?? 0, values, { values, metrics }, { metrics }][step % 4] ?? 0,
            );
          }
          return [level, level % 10];
        },
        { trials: 40 },
      );
      return study.trials.map((trial) => trial.state);
    };
    ensureEqual(await states(), await states(), 'the second run');
  });
  return checks;
}

const SPACE = space({ x: float(0, 1) });

/** Trials of mixed quality, in no order. */
function badness(trial: number): number {
  return (trial * 7919) % 101;
}

/** A learning curve that falls from `level + 1` to `level` (or mirrored, when maximizing). */
function curve(levelOf: (trial: number) => number, sign: number = 1) {
  return async (
    _: unknown,
    trial: { number: number; report(step: number, value: number): Promise<void> },
  ): Promise<number> => {
    const level = levelOf(trial.number);
    for (let step = 0; step < STEPS; step++) await trial.report(step, sign * (level + 1 / (step + 1)));
    const value = sign * (level + 1 / STEPS);
    return Number.isNaN(value) ? 0 : value;
  };
}

async function run(
  pruner: Pruner,
  levelOf: (trial: number) => number,
  trials: number,
  direction: 'minimize' | 'maximize' = 'minimize',
  maxPaused = 100,
) {
  const study = await createStudy({ space: SPACE, pruner, direction, seed: 1 });
  await study.optimize(curve(levelOf, direction === 'minimize' ? 1 : -1), { trials, maxPaused });
  return study;
}

async function statesOf(pruner: Pruner, levelOf: (trial: number) => number): Promise<string[]> {
  return (await run(pruner, levelOf, 40)).trials.map((trial) => trial.state);
}
