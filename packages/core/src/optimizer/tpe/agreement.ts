import type { Leaf } from '../../space/leaf.ts';
import { STATE_CODES } from '../../study/history.ts';
import type { EarlierStudy, SuggestContext } from '../optimizer.ts';

/** The agreement that is expected before any is seen, and in how many trials it counts as seen. */
export const PRIOR_AGREEMENT = 0.5;
const PRIOR_TRIALS = 3;

/** Of so many neighbours the loss at a configuration is told. */
const NEIGHBOURS = 3;

/**
 * How far an earlier study foretells what this one has seen: the rank correlation (Spearman's) of the losses of the complete
 * trials with those of their nearest neighbours in the earlier study, shrunk towards {@link PRIOR_AGREEMENT}; at least 0.
 */
export function agreement(study: EarlierStudy, { history, space }: SuggestContext): number {
  const losses = history.losses(0);
  const trials = history.finished.filter(
    (trial) => history.states[trial] === STATE_CODES.complete && !Number.isNaN(losses[trial]),
  );
  const leaves = space.leaves.filter(({ index }) => study.knows[index]);
  const rows = study.rows.map((row) => leaves.map((leaf) => unitOf(leaf, row[leaf.index] as number)));
  const foretold = trials.map((trial) => {
    const point = leaves.map((leaf) => unitOf(leaf, history.column(leaf.index)[trial] as number));
    const nearest = rows
      .map((row, i) => ({ distance: distance(leaves, row, point), loss: study.losses[i] as number }))
      .toSorted((a, b) => a.distance - b.distance)
      .slice(0, NEIGHBOURS);
    return nearest.reduce((sum, { loss }) => sum + loss, 0) / nearest.length;
  });
  const n = trials.length;
  const seen =
    n < 2 ? 0 : correlation(ranksOf(foretold), ranksOf(trials.map((trial) => losses[trial] as number)));
  return Math.max(0, (n * seen + PRIOR_TRIALS * PRIOR_AGREEMENT) / (n + PRIOR_TRIALS));
}

function unitOf({ parameter }: Leaf, x: number): number {
  return Number.isNaN(x) || parameter.isNominal ? x : parameter.toUnit(x);
}

/** Squared; what differs in kind, or is active in one of them only, is as far apart as the ends of a range. */
function distance(leaves: readonly Leaf[], a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const [i, { parameter }] of leaves.entries()) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (Object.is(x, y)) continue;
    sum += parameter.isNominal || Number.isNaN(x - y) ? 1 : (x - y) ** 2;
  }
  return sum;
}

/** The place of each number in ascending order; equal ones share the middle of their places. */
function ranksOf(values: readonly number[]): Float64Array {
  return Float64Array.from(values, (value) => {
    let [below, equal] = [0, 0];
    for (const other of values) {
      if (other < value) below++;
      else if (other === value) equal++;
    }
    return below + (equal - 1) / 2;
  });
}

function correlation(a: Float64Array, b: Float64Array): number {
  const middle = (a.length - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] as number) - middle, (b[i] as number) - middle];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
