import * as tf from '@tensorflow/tfjs';

import { onBackend } from './backend.ts';

/** Remembers the epoch with the smallest validation loss, and its weights. */
export interface BestEpoch {
  /** Its number; -1 before any. */
  readonly epoch: number;
  /** Tells the validation loss after an epoch. */
  offer(epoch: number, loss: number): void;
  /** Gives the model the weights of the best epoch. */
  restore(): void;
  /** Frees the remembered weights. */
  dispose(): void;
}

/**
 * @param minDelta by how much a loss must be below the best to be better.
 * @param keepsWeights whether weights are remembered; without them `restore` does nothing.
 */
export function createBestEpoch(
  model: tf.LayersModel,
  backend: string,
  minDelta: number,
  keepsWeights: boolean,
): BestEpoch {
  let best = { epoch: -1, loss: Infinity };
  let weights: tf.Tensor[] = [];
  const dispose = (): void => {
    tf.dispose(weights);
    weights = [];
  };
  return {
    get epoch() {
      return best.epoch;
    },
    offer(epoch, loss) {
      if (!(loss < best.loss - minDelta)) return;
      best = { epoch, loss };
      if (!keepsWeights) return;
      dispose();
      // A clone shares the numbers; assigning new weights leaves them to the clone.
      onBackend(backend, () => (weights = model.getWeights().map((weight) => weight.clone())));
    },
    restore() {
      if (weights.length > 0) onBackend(backend, () => model.setWeights(weights));
    },
    dispose,
  };
}
