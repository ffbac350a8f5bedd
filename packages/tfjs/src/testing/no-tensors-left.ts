import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach } from 'vitest';

/** Fails every test of the file that leaves more or fewer tensors than there were. */
export function expectNoTensorsLeft(): void {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    const after = tf.memory().numTensors;
    if (after !== before) throw new Error(`the test began with ${before} tensors and left ${after}`);
  });
}
