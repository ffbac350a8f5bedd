import type { Resampling } from './resampling.ts';

/**
 * No held-out rows: one model is trained on all rows and scored by its own out-of-bag predictions, those of the parts
 * of an ensemble for the rows they did not see. As many times cheaper than k-fold as there are folds. Needs a learner
 * with the capability `outOfBag`.
 */
export function outOfBag(): Resampling {
  return {
    name: 'out-of-bag',
    outOfBag: true,
    split(data) {
      return [
        { train: Int32Array.from({ length: data.rowCount }, (_, row) => row), test: new Int32Array(0) },
      ];
    },
  };
}
