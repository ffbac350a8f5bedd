import { createRandom } from '../../math/random.ts';
import { checkFoldCount, checkGroups, checkShuffle } from './checks.ts';
import { splitsFromFolds } from './from-folds.ts';
import type { Resampling, ShuffleOptions } from './resampling.ts';

/**
 * k folds that never divide a group, of about equal size: the groups, largest first, go to the fold that has the fewest
 * rows, as in scikit-learn's `GroupKFold`. With `shuffle: true` equally large groups change places.
 *
 * @param folds how many, at least 2. Default 5.
 * @param options shuffle and seed.
 */
export function groupKFold(folds = 5, options: ShuffleOptions = {}): Resampling {
  checkFoldCount('groupKFold', folds);
  const { shuffle, seed } = checkShuffle('groupKFold', options);
  return {
    name: 'group-k-fold',
    split(data, repetition = 0) {
      const { groups, groupCount } = checkGroups('groupKFold', data, folds);
      const sizes = new Float64Array(groupCount);
      for (const group of groups) sizes[group] = (sizes[group] as number) + 1;
      const order = Int32Array.from(sizes, (_, group) => groupCount - 1 - group);
      if (shuffle) createRandom(seed, repetition).shuffle(order);
      order.sort((a, b) => (sizes[b] as number) - (sizes[a] as number));
      const foldSizes = new Float64Array(folds);
      const foldOfGroup = new Int32Array(groupCount);
      for (const group of order) {
        const lightest = foldSizes.indexOf(Math.min(...foldSizes));
        foldOfGroup[group] = lightest;
        foldSizes[lightest] = (foldSizes[lightest] as number) + (sizes[group] as number);
      }
      return splitsFromFolds(
        groups.map((group) => foldOfGroup[group] as number),
        folds,
      );
    },
  };
}
