import {
  createRandom,
  createStudy,
  noPruning,
  TrialPruned,
  TunableError,
  type Direction,
  type ObjectiveResult,
  type Optimizer,
  type SearchSpace,
  type Study,
  type Suggestion,
  type SuggestContext,
  type Trial,
} from '@tunable/core';
import { distanceFrom, exampleSpaces, type SpaceSupport } from './spaces.ts';

/** What an optimizer is declared to serve; checks of what it does not serve are left out. */
export interface OptimizerSupport extends SpaceSupport {
  /** Most objectives it serves; it is checked with 1, 2, 3 and this many. Default 1. */
  readonly objectives?: number;
  /** Most leaves it serves in reasonable time; up to 1000 are checked. Default 1000. */
  readonly dimensions?: number;
  /** Whether it may end (propose nothing more) although configurations are left, as a grid does. Default false. */
  readonly ends?: boolean;
  /**
   * How many finished trials it takes to be past its first steps (an initial design, two generations), so that all it does
   * is checked: at least 15. Default 40.
   */
  readonly trials?: number;
}

/** A kind of study that an optimizer must serve. */
export interface Setting {
  /** What stands before the names of its checks. */
  readonly name: string;
  readonly space: SearchSpace;
  readonly directions: readonly Direction[];
}

/** Every kind of space with one objective, and the last of them (the richest that is served) with several. */
export function settingsOf(support: OptimizerSupport): readonly Setting[] {
  const single = Object.entries(exampleSpaces(support)).map(([name, space]): Setting => ({
    name,
    space,
    directions: directionsOf(1),
  }));
  const richest = single.at(-1);
  if (richest === undefined) return [];
  const several = objectiveCounts(support)
    .filter((count) => count > 1)
    .map((count): Setting => ({ ...richest, name: `${count} objectives`, directions: directionsOf(count) }));
  return [...single, ...several];
}

/** The numbers of objectives with which an optimizer is checked. */
export function objectiveCounts({ objectives = 1 }: OptimizerSupport): readonly number[] {
  return [...new Set([1, 2, 3, objectives])].filter((count) => count <= objectives);
}

/** Directions of `count` objectives, both kinds. */
export function directionsOf(count: number): readonly Direction[] {
  return Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 'minimize' : 'maximize'));
}

/**
 * An optimizer whose suggestions pass through `around` on their way to the study: what a study makes of a bad suggestion
 * hides that it was bad.
 *
 * @param around gets the context and what asks the optimizer, and returns what the study gets.
 */
export function watched(
  optimizer: Optimizer,
  around: (context: SuggestContext, suggest: () => Suggestion | null) => Suggestion | null,
): Optimizer {
  return {
    name: optimizer.name,
    check: (study) => optimizer.check?.(study),
    suggest: (context) => around(context, () => optimizer.suggest(context)),
  };
}

/** A new study in which nothing is pruned but by {@link advance}. */
export async function studyOf(
  { space, directions }: Pick<Setting, 'space' | 'directions'>,
  optimizer: Optimizer,
  seed = 1,
): Promise<Study> {
  return createStudy({ space, directions, optimizer, seed, pruner: noPruning() });
}

/** How a trial ends: what `study.tell` takes, or a value to report for all objectives before it is pruned. */
export type Ending = ObjectiveResult | Error | { readonly prunedAt: number };

/** Options of {@link advance}. */
export interface AdvanceOptions {
  /** How many trials run at once; now this, now that one ends. Default 1. */
  readonly running?: number;
  /** How a trial ends, given its number and the values of an example objective. Default: with those values. */
  readonly endingOf?: (trial: number, values: readonly number[]) => Ending;
}

/**
 * Starts `count` more trials, and ends one whenever `running` of them run; the others are left running. Starts fewer when no
 * configurations are left.
 */
export async function advance(study: Study, count: number, options: AdvanceOptions = {}): Promise<void> {
  const { running = 1, endingOf = (_, values) => values } = options;
  const { history, space, directions } = study;
  const order = createRandom(study.seed, history.size, running);
  const trials = new Map<number, Trial>();
  for (let started = 0; started < count && history.size < space.cardinality; started++) {
    const trial = await askOrEnd(study);
    if (trial === undefined) return;
    trials.set(trial.number, trial);
    if (history.running.length < running) continue;
    const number = history.running[order.integer(history.running.length)] as number;
    const ending = endingOf(number, valuesOf(space, directions, history.record(number).row));
    await end(study, trials.get(number) ?? number, ending);
  }
}

/** Ends a trial: what `ask` returned, or its number if it is not to be pruned with a value. */
export async function end(study: Study, trial: Trial | number, ending: Ending): Promise<void> {
  if (typeof ending !== 'object' || !('prunedAt' in ending)) {
    await study.tell(trial, ending);
    return;
  }
  const value = ending.prunedAt;
  const values = study.directions.map(() => value);
  if (typeof trial === 'object') await trial.report(0, values.length === 1 ? value : values);
  await study.tell(trial, new TrialPruned());
}

/** The next trial, unless there is none: the optimizer has proposed all it can. */
async function askOrEnd(study: Study): Promise<Trial | undefined> {
  try {
    return await study.ask();
  } catch (error) {
    // The study's own error for an optimizer that returns null; `UnsupportedError` is also what a bad row gets.
    if (TunableError.isInstance(error) && error.message.startsWith('nothing is left to try'))
      return undefined;
    throw error;
  }
}

/** The values of an example objective: each wants all parameters at another place. */
function valuesOf(space: SearchSpace, directions: readonly Direction[], row: Float64Array): number[] {
  return directions.map((direction, objective) => {
    const loss = distanceFrom(space, row, (0.3 + 0.4 * objective) % 1);
    return direction === 'minimize' ? loss : -loss;
  });
}

/** The configurations of a study's last `count` trials. */
export function lastParams(study: Study, count: number): unknown[] {
  return study.trials.slice(-count).map((trial) => trial.params);
}

/** Why a row, as an optimizer returned it, is no configuration of the space; undefined if it is one. */
export function faultOf(space: SearchSpace, row: Float64Array): string | undefined {
  if (row.length !== space.leaves.length)
    return `a row of ${row.length} numbers, where the space has ${space.leaves.length} leaves`;
  const actives = activeLeaves(space, row);
  for (const { index, name, parameter } of space.leaves) {
    const x = row[index] as number;
    if (!actives[index] || x === parameter.encode(parameter.decode(x))) continue;
    return Number.isNaN(x)
      ? `no number for '${name}', which is active`
      : `${x} for '${name}', which is not ${parameter.describe()}`;
  }
  return undefined;
}

/** By leaf: whether it is active. */
export function activeLeaves(space: SearchSpace, row: Float64Array): boolean[] {
  const actives: boolean[] = [];
  for (const { condition } of space.leaves) {
    if (condition === undefined) actives.push(true);
    else {
      const parent = row[condition.parent] as number;
      const isChosen = parent >= condition.low && parent <= condition.high;
      actives.push(isChosen && (actives[condition.parent] as boolean));
    }
  }
  return actives;
}
