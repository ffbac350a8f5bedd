import { InvalidDatasetError } from '../../errors.ts';
import { createRandom } from '../../math/random.ts';
import { checkClasses, checkFoldCount, checkRowCount, checkShuffle } from './checks.ts';
import { splitsFromFolds } from './from-folds.ts';
import type { Resampling, ShuffleOptions } from './resampling.ts';
import { rowsByClass } from './rows-by-class.ts';

/**
 * k folds in each of which every class has its share of rows, to within one row. With `shuffle: false` the folds are
 * those of scikit-learn's `StratifiedKFold`.
 *
 * @param folds how many, at least 2. Default 5.
 * @param options shuffle and seed.
 */
export function stratifiedKFold(folds = 5, options: ShuffleOptions = {}): Resampling {
  checkFoldCount('stratifiedKFold', folds);
  const { shuffle, seed } = checkShuffle('stratifiedKFold', options);
  return {
    name: 'stratified-k-fold',
    split(data, repetition = 0) {
      checkClasses('stratifiedKFold', data, 'kFold');
      checkRowCount('stratifiedKFold', data, folds);
      const rowsOf = rowsByClass(data.target);
      if (rowsOf.every((rows) => rows.length < folds)) {
        throw new InvalidDatasetError(
          `stratifiedKFold: every class has fewer rows than there are folds (${folds}); use fewer folds, or kFold`,
        );
      }
      const random = createRandom(seed, repetition);
      const foldOf = new Int32Array(data.rowCount);
      let dealt = 0;
      for (const rows of rowsOf) {
        // Dealing all rows in turn, class after class, gives each fold its share of the class; the rows of the class
        // then go to the folds in runs, so that those of the first fold come first.
        const folded = rows.map((_, i) => (dealt + i) % folds).toSorted((a, b) => a - b);
        if (shuffle) random.shuffle(folded);
        for (const [i, row] of rows.entries()) foldOf[row] = folded[i] as number;
        dealt += rows.length;
      }
      return splitsFromFolds(foldOf, folds);
    },
  };
}
