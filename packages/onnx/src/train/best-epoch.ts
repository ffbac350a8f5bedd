import type { EarlyStopping } from './options.ts';

/** Follows the validation loss over the epochs. */
export interface BestEpoch<T> {
  /**
   * Takes in an epoch.
   *
   * @param state kept if the loss is the smallest so far.
   * @returns whether training should go on.
   */
  add(epoch: number, loss: number, state: T): boolean;
  /** The best epoch and its state; undefined before the first. */
  readonly best: { readonly epoch: number; readonly state: T } | undefined;
}

/** The best epoch is that with the smallest loss; patience counts falls by more than `minDelta` alone. */
export function followBestEpoch<T>(earlyStopping: Required<EarlyStopping> | undefined): BestEpoch<T> {
  let best: { epoch: number; state: T } | undefined;
  let bestLoss = Infinity;
  let lowest = Infinity;
  let waited = 0;
  return {
    add(epoch, loss, state) {
      if (loss < bestLoss || best === undefined) {
        if (!Number.isNaN(loss)) bestLoss = loss;
        best = { epoch, state };
      }
      if (earlyStopping === undefined) return true;
      if (loss < lowest - earlyStopping.minDelta) {
        lowest = loss;
        waited = 0;
      } else waited++;
      return waited < earlyStopping.patience;
    },
    get best() {
      return best;
    },
  };
}
