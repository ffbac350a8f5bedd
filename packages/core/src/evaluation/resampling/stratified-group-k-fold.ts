import { createRandom } from '../../math/random.ts';
import { checkClasses, checkFoldCount, checkGroups, checkShuffle } from './checks.ts';
import { splitsFromFolds } from './from-folds.ts';
import type { Resampling, ShuffleOptions } from './resampling.ts';

/**
 * k folds that never divide a group and keep the proportions of classes as well as whole groups allow: greedily, the
 * groups with the most uneven classes first, each to the fold where the classes' shares then vary least between folds
 * (and of equals to the fold with the fewest rows), as in scikit-learn's `StratifiedGroupKFold`.
 *
 * @param folds how many, at least 2. Default 5.
 * @param options shuffle and seed; shuffling changes the order of groups that are equally uneven.
 */
export function stratifiedGroupKFold(folds = 5, options: ShuffleOptions = {}): Resampling {
  checkFoldCount('stratifiedGroupKFold', folds);
  const { shuffle, seed } = checkShuffle('stratifiedGroupKFold', options);
  return {
    name: 'stratified-group-k-fold',
    split(data, repetition = 0) {
      checkClasses('stratifiedGroupKFold', data, 'groupKFold');
      const { groups, groupCount } = checkGroups('stratifiedGroupKFold', data, folds);
      const classCount = data.classes.length;
      const total = new Float64Array(classCount);
      const counts = Array.from({ length: groupCount }, () => new Float64Array(classCount));
      for (const [row, group] of groups.entries()) {
        const label = data.target[row] as number;
        total[label] = (total[label] as number) + 1;
        const own = counts[group] as Float64Array;
        own[label] = (own[label] as number) + 1;
      }
      const unevenness = counts.map((own) => deviation(own));
      const order = Int32Array.from(counts, (_, group) => group);
      if (shuffle) createRandom(seed, repetition).shuffle(order);
      order.sort((a, b) => (unevenness[b] as number) - (unevenness[a] as number));
      const placed = Array.from({ length: folds }, () => new Float64Array(classCount));
      const foldOfGroup = new Int32Array(groupCount);
      for (const group of order) {
        const own = counts[group] as Float64Array;
        const fold = bestFold(placed, own, total);
        foldOfGroup[group] = fold;
        addTo(placed[fold] as Float64Array, own, 1);
      }
      return splitsFromFolds(
        groups.map((group) => foldOfGroup[group] as number),
        folds,
      );
    },
  };
}

/** The fold to which adding `own` leaves the classes' shares least different between folds. */
function bestFold(placed: readonly Float64Array[], own: Float64Array, total: Float64Array): number {
  const shares = new Float64Array(placed.length);
  let best = 0;
  let bestSpread = Infinity;
  let bestSize = Infinity;
  for (const [fold, counts] of placed.entries()) {
    addTo(counts, own, 1);
    let spread = 0;
    for (let label = 0; label < total.length; label++) {
      if (total[label] === 0) continue;
      for (const [i, other] of placed.entries())
        shares[i] = (other[label] as number) / (total[label] as number);
      spread += deviation(shares);
    }
    spread /= total.length;
    addTo(counts, own, -1);
    const size = counts.reduce((sum, count) => sum + count, 0);
    // Sums in another order differ in their last digits; numpy's isclose has these tolerances.
    const isTie = Math.abs(spread - bestSpread) <= 1e-8 + 1e-5 * Math.abs(bestSpread);
    if (spread < bestSpread || (isTie && size < bestSize)) {
      best = fold;
      bestSpread = spread;
      bestSize = size;
    }
  }
  return best;
}

function addTo(sum: Float64Array, terms: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + sign * (terms[i] as number);
}

/** The standard deviation (of a population). Sums first and divides then, so that whole numbers tie exactly. */
function deviation(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
