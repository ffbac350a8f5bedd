import { createSobol } from '../../math/sobol.ts';
import type { History } from '../../study/history.ts';
import type { SuggestContext } from '../optimizer.ts';
import { rowFromUnits } from './candidates.ts';
import type { Encoding } from './encoding.ts';

/** The design never takes more than this many trials, however many hyperparameters there are. */
const LONGEST_DESIGN = 8;

/** What trials are said to be `by` that no optimizer proposed. */
const NO_OPTIMIZERS: ReadonlySet<string> = new Set(['enqueued', 'added', 'warmStart']);

/** How many trials to spend on the initial design: one more than there are hyperparameters, at most 8. */
export function initialDesignSize(encoding: Encoding): number {
  return Math.min(encoding.groupCount + 1, LONGEST_DESIGN);
}

/**
 * How many of the trials before the one that is asked for were proposed by an optimizer: its place in the initial design.
 * Enqueued trials, those that a warm start began with, and trials run elsewhere do not count.
 */
export function designIndex({ history, number }: SuggestContext): number {
  let index = 0;
  for (let trial = 0; trial < Math.min(number, history.size); trial++) {
    const { by } = history.record(trial);
    if (by !== undefined && !NO_OPTIMIZERS.has(by)) index++;
  }
  return index;
}

/**
 * A configuration of the initial design, before any model is of use: first the configuration of declared defaults, if any
 * hyperparameter has one (the others then at the middle of their range, or their first choice), unless it was enqueued or added;
 * then the centre of every ordered hyperparameter, with random categories; then a Sobol sequence, scrambled by the seed of
 * the study. Where a configuration is not accepted (a constraint, a finite space) or was tried already, later members stand
 * in.
 *
 * @param context what is known.
 * @param encoding of the space.
 * @param index which one: 0, 1, 2, ...
 */
export function initialDesignRow(context: SuggestContext, encoding: Encoding, index: number): Float64Array {
  const { space, seed, random, accepts } = context;
  const sobol = createSobol(space.leaves.length, seed);
  const unit = new Float64Array(space.leaves.length);
  const row = new Float64Array(space.leaves.length);
  const isWelcome = (): boolean => accepts(space.deactivate(row)) && !wasTried(context, row);
  const defaults = declaredDefaults(context);
  if (defaults !== undefined && index === 0) {
    row.set(defaults);
    if (isWelcome()) return row;
  }
  // The centre is at place 0, the points of the sequence at those after it.
  const first = defaults === undefined ? index : Math.max(0, index - 1);
  for (let attempt = 0; attempt < 32; attempt++) {
    const place = first + attempt * 1024;
    if (place === 0) {
      for (const { index: leaf, parameter } of space.leaves) {
        row[leaf] = parameter.isNominal ? random.integer(parameter.cardinality) : parameter.fromUnit(0.5);
      }
    } else {
      rowFromUnits(encoding, sobol.point(place, unit), 0, row);
    }
    if (!isWelcome()) continue;
    // Where results are noisy, a finite space accepts what was tried: the design is there to see something else.
    if (place > 0 || defaults === undefined || !areSame(row, defaults)) return row;
  }
  return space.sampleRow(random);
}

/**
 * The row of defaults, if any hyperparameter that is active in it declares one, and nobody but an optimizer has put it among
 * the trials: `tune`, for one, enqueues it.
 */
function declaredDefaults({ history, number, space }: SuggestContext): Float64Array | undefined {
  const row = space.defaultRow();
  const isDeclared = space.leaves.some(
    ({ index, parameter }) => !Number.isNaN(row[index]!) && !Number.isNaN(parameter.defaultNumber),
  );
  if (!isDeclared) return undefined;
  for (let trial = 0; trial < Math.min(number, history.size); trial++) {
    const { by } = history.record(trial);
    if ((by === undefined || NO_OPTIMIZERS.has(by)) && isTrial(history, trial, row)) return undefined;
  }
  return row;
}

/** Whether an earlier trial has the same row. In a finite space `accepts` decides whether that is welcome. */
function wasTried({ history, space }: SuggestContext, row: Float64Array): boolean {
  if (space.cardinality < Infinity) return false;
  for (let trial = 0; trial < history.size; trial++) if (isTrial(history, trial, row)) return true;
  return false;
}

function isTrial(history: History, trial: number, row: Float64Array): boolean {
  return row.every((x, leaf) => Object.is(x, history.column(leaf)[trial]));
}

function areSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((x, leaf) => Object.is(x, b[leaf]));
}
