import { InvalidArgumentError } from '../../errors.ts';
import { show } from '../../json.ts';
import { createRandom } from '../../math/random.ts';
import { checkShuffle } from './checks.ts';
import { drawSplit, drawStratifiedSplit } from './draw-split.ts';
import type { Resampling, ShuffleOptions } from './resampling.ts';
import { checkSizes, countRows, type SizeOptions } from './sizes.ts';

/** Options of {@link holdout}. */
export interface HoldoutOptions extends SizeOptions, ShuffleOptions {
  /** Whether to keep the proportions of the classes on both sides. Default false. Needs `shuffle`. */
  stratify?: boolean;
}

/**
 * One split. With `shuffle: false` the test rows are the last ones, as in scikit-learn's `train_test_split`.
 *
 * @param options `testSize` (default 0.25), `trainSize`, `stratify`, `shuffle`, `seed`.
 */
export function holdout(options: HoldoutOptions = {}): Resampling {
  const { shuffle, seed } = checkShuffle('holdout', options, ['testSize', 'trainSize', 'stratify']);
  checkSizes('holdout', options);
  const { stratify = false } = options;
  if (typeof stratify !== 'boolean') {
    throw new InvalidArgumentError(`holdout: stratify must be true or false, not ${show(stratify)}`);
  }
  if (stratify && !shuffle) {
    throw new InvalidArgumentError('holdout: stratify chooses rows at random, so it excludes shuffle: false');
  }
  return {
    name: 'holdout',
    split(data, repetition = 0) {
      const sizes = countRows('holdout', data.rowCount, options, 0.25);
      const { tests, trains } = sizes;
      if (!shuffle) {
        const rows = Int32Array.from({ length: data.rowCount }, (_, row) => row);
        return [{ train: rows.slice(0, trains), test: rows.slice(trains, trains + tests) }];
      }
      const random = createRandom(seed, repetition);
      return [
        stratify ? drawStratifiedSplit('holdout', data, sizes, random) : drawSplit(data, sizes, random),
      ];
    },
  };
}
