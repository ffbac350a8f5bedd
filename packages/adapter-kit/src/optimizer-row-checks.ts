import {
  choice,
  float,
  int,
  space,
  type Optimizer,
  type SearchSpace,
  type SuggestContext,
} from '@tunable/core';
import { ensure, ensureEqual, type Check } from './check.ts';
import {
  activeLeaves,
  advance,
  directionsOf,
  faultOf,
  objectiveCounts,
  settingsOf,
  studyOf,
  watched,
  type OptimizerSupport,
} from './optimizer-support.ts';
import { distanceFrom } from './spaces.ts';

/** Of a hundred suggestions, so many may be refused: those who draw until something fits may give up now and then. */
const MAX_REFUSED_PERCENT = 20;

/** Checks of single suggestions, which are looked at as the optimizer returns them. */
export function optimizerRowChecks(make: () => Optimizer, support: OptimizerSupport): readonly Check[] {
  const { dimensions = 1000, ends = false, trials = 40, continuous = true } = support;
  const checks: Check[] = [];
  const add = (name: string, run: () => Promise<void>): void => void checks.push({ name, run });

  for (const setting of settingsOf(support)) {
    add(
      `${setting.name}: proposes configurations of the space, one at a time and several at once`,
      async () => {
        const study = await studyOf(setting, watchedRows(make(), ensureOfSpace));
        await advance(study, trials);
        await advance(study, trials, { running: 5 });
      },
    );

    if (setting.space.leaves.some(({ condition }) => condition !== undefined)) {
      add(`${setting.name}: leaves inactive leaves out`, async () => {
        const study = await studyOf(setting, watchedRows(make(), ensureInactiveEmpty));
        await advance(study, trials);
      });
    }
  }

  for (const count of continuous ? objectiveCounts(support) : []) {
    const directions = directionsOf(count);
    const prefix = count === 1 ? 'one objective' : `${count} objectives`;

    add(`${prefix}: proposes different configurations for trials that run at once`, async () => {
      const s = space({ x: float(-1, 1), y: float(-1, 1), z: float(-1, 1) });
      const study = await studyOf({ space: s, directions }, make(), 7);
      await advance(study, trials, {
        endingOf: (trial, values) => (trial % 3 === 0 ? values : values.map(() => 1)),
      });
      await advance(study, 12, { running: 13 });
      const running = study.history.running.map((trial) => s.key(study.history.record(trial).row));
      ensureEqual(running.length, 12, 'running trials');
      ensureEqual(new Set(running).size, 12, 'different configurations of 12 running trials');
    });

    add(`${prefix}: proposes only what the constraints (where) of the space allow`, async () => {
      for (const s of constrainedSpaces(support)) {
        const refusals = refusalCounter();
        const study = await studyOf({ space: s, directions }, refusals.watch(make()), 2);
        await advance(study, trials);
        refusals.ensureFew('violate the constraints (where) of the space; ask context.accepts(row)');
      }
    });
  }

  for (const count of continuous ? [1, 2, 30, 101, 1000].filter((n) => n <= dimensions) : []) {
    add(`serves ${count} dimensions`, async () => {
      const shape = Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, float(-1, 1)]));
      const optimizer = watchedRows(make(), ensureOfSpace);
      const study = await studyOf({ space: space(shape), directions: directionsOf(1) }, optimizer);
      await advance(study, count > 100 ? Math.min(trials, 14) : trials);
    });
  }

  if (!ends) {
    add('evaluates every configuration of a finite space, each once', async () => {
      const s = space({ a: int(0, 3), b: int(1, 5) });
      const refusals = refusalCounter();
      const study = await studyOf({ space: s, directions: directionsOf(1) }, refusals.watch(make()));
      const { reason } = await study.optimize((params) => distanceFrom(s, s.encode(params)), { trials: 100 });
      ensureEqual(reason, 'exhausted', 'why the run ended');
      ensureEqual(
        new Set(study.trials.map((trial) => JSON.stringify(trial.params))).size,
        20,
        'different configurations',
      );
      ensureEqual(study.trials.length, 20, 'trials');
      refusals.ensureFew('were evaluated before; ask context.accepts(row)');
    });
  }
  return checks;
}

/** Spaces of which a good part is forbidden, by a constraint between numbers and by one that concerns a branch. */
function constrainedSpaces({ conditional = true, categorical = true }: OptimizerSupport): SearchSpace[] {
  const numbers = space({ low: float(0, 1), high: float(0, 1) }, { where: [(p) => p.low < p.high] });
  if (!conditional || !categorical) return [numbers];
  const shape = {
    depth: int(1, 5),
    model: choice({ tree: { leaves: int(1, 50) }, line: { slope: float(0, 1) } }),
  };
  return [
    numbers,
    space(shape, {
      where: [({ depth, model }) => (model.type === 'tree' ? model.leaves > 8 * depth : depth < 3)],
    }),
  ];
}

/** An optimizer whose every row is shown to `look` as it was returned. */
export function watchedRows(
  optimizer: Optimizer,
  look: (context: SuggestContext, row: Float64Array) => void,
): Optimizer {
  return watched(optimizer, (context, suggest) => {
    const suggestion = suggest();
    if (suggestion !== null) look(context, suggestion.row);
    return suggestion;
  });
}

/** Throws unless a row is a configuration of the space; of its inactive leaves says nothing. */
export function ensureOfSpace({ space: s, number }: SuggestContext, row: Float64Array): void {
  const fault = faultOf(s, row);
  ensure(fault === undefined, () => `for trial ${number} it proposed ${fault}`);
}

function ensureInactiveEmpty({ space: s, number }: SuggestContext, row: Float64Array): void {
  const actives = activeLeaves(s, row);
  for (const { index, name } of s.leaves) {
    ensure(
      actives[index] === true || Number.isNaN(row[index]),
      () =>
        `for trial ${number} it proposed ${row[index]} for '${name}', which is inactive there and must be NaN; see space.deactivate`,
    );
  }
}

/** Counts the suggestions that the study would refuse, and replace by random ones. */
function refusalCounter(): { watch(optimizer: Optimizer): Optimizer; ensureFew(why: string): void } {
  let [refused, all] = [0, 0];
  return {
    watch: (optimizer) =>
      watchedRows(optimizer, ({ accepts, space: s, history }, row) => {
        // When nothing is left, every row is refused.
        if (history.size >= s.cardinality) return;
        all++;
        if (!accepts(row)) refused++;
      }),
    ensureFew(why) {
      ensure(refused * 100 <= MAX_REFUSED_PERCENT * all, () => `${refused} of ${all} suggestions ${why}`);
    },
  };
}
