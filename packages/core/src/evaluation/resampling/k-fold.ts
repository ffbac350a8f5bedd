import { createRandom } from '../../math/random.ts';
import { checkFoldCount, checkRowCount, checkShuffle } from './checks.ts';
import { splitsFromFolds } from './from-folds.ts';
import type { Resampling, ShuffleOptions } from './resampling.ts';

/**
 * k folds of rows, each the test rows once. Fold sizes differ by one at most, the larger ones first. With
 * `shuffle: false` the folds are runs of consecutive rows, as in scikit-learn's `KFold`.
 *
 * @param folds how many, at least 2. Default 5.
 * @param options shuffle and seed.
 */
export function kFold(folds = 5, options: ShuffleOptions = {}): Resampling {
  checkFoldCount('kFold', folds);
  const { shuffle, seed } = checkShuffle('kFold', options);
  return {
    name: 'k-fold',
    split(data, repetition = 0) {
      checkRowCount('kFold', data, folds);
      const order = Int32Array.from({ length: data.rowCount }, (_, row) => row);
      if (shuffle) createRandom(seed, repetition).shuffle(order);
      const foldOf = new Int32Array(data.rowCount);
      const size = Math.floor(data.rowCount / folds);
      const larger = data.rowCount % folds;
      for (let fold = 0, next = 0; fold < folds; fold++) {
        const end = next + size + (fold < larger ? 1 : 0);
        for (; next < end; next++) foldOf[order[next] as number] = fold;
      }
      return splitsFromFolds(foldOf, folds);
    },
  };
}
