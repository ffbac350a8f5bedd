import * as tf from '@tensorflow/tfjs';

/**
 * Runs a synchronous function that computes gradients, and frees what TensorFlow.js leaves behind when it throws: the
 * tensors that the operations before (and the one that failed) kept for going backwards, which even `tf.tidy` does not free.
 */
export function freeingTape<T>(run: () => T): T {
  const engine = tf.engine();
  const before = engine.keep.bind(engine);
  const kept: tf.Tensor[] = [];
  engine.keep = (tensor) => {
    if (engine.state.gradientDepth > 0) kept.push(tensor);
    return before(tensor);
  };
  try {
    return run();
  } catch (error) {
    tf.dispose(kept);
    engine.state.activeTape = [];
    throw error;
  } finally {
    engine.keep = before;
  }
}
