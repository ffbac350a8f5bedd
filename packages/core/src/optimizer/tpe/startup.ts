import { numberFromShare } from '../../hyperparameter/draw.ts';
import { createRandom } from '../../math/random.ts';
import type { SuggestContext } from '../optimizer.ts';

/** Names the streams of the permutations. */
const STREAM = 0x7b9e;

/** How often a random row is drawn anew when it is not accepted. */
const MAX_REDRAWS = 100;

/**
 * The row of a startup trial: random, and the first `count` trials form a Latin hypercube (McKay, Beckman & Conover,
 * Technometrics 21, 1979): each leaf's range is cut into `count` parts, and each part is met once.
 */
export function startupRow(context: SuggestContext, count: number): Float64Array {
  const { space, number, seed, random } = context;
  if (number >= count) return randomRow(context);
  const row = new Float64Array(space.leaves.length);
  for (const { index, parameter } of space.leaves) {
    const parts = createRandom(seed, STREAM, index).shuffle(Uint32Array.from({ length: count }, (_, i) => i));
    row[index] = numberFromShare(parameter, ((parts[number] as number) + random.uniform()) / count);
  }
  space.deactivate(row);
  return context.accepts(row) ? row : randomRow(context);
}

/** A random row; one that is accepted, unless many draws give none. */
export function randomRow({ space, random, accepts }: SuggestContext): Float64Array {
  let row = space.sampleRow(random);
  for (let redraw = 0; redraw < MAX_REDRAWS && !accepts(row); redraw++) row = space.sampleRow(random);
  return row;
}
