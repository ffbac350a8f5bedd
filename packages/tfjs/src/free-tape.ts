import * as tf from '@tensorflow/tfjs';

/**
 * Runs a synchronous function that computes gradients, and frees what TensorFlow.js leaves behind when it throws: the
 * tensors that the operations before kept for going backwards, which even `tf.tidy` does not free.
 */
export function freeingTape<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const { state } = tf.engine();
    for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
    state.activeTape = [];
    throw error;
  }
}
