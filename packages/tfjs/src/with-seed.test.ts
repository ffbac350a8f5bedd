import { createRandom } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

import { withSeed } from './with-seed.ts';

test('initial weights, dropout and noise are the same for the same stream, and differ between streams', () => {
  const draw = (seed: number): number[] =>
    tf.tidy(() =>
      withSeed(createRandom(seed), () => [
        ...tf.initializers.glorotNormal({}).apply([3, 4]).dataSync(),
        ...tf.initializers.orthogonal({}).apply([3, 3]).dataSync(),
        ...tf.dropout(tf.ones([20]), 0.5).dataSync(),
        ...tf.randomNormal([5]).dataSync(),
      ]),
    );
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('the real Math.random comes back, also after an error', () => {
  const real = Math.random;
  expect(() =>
    withSeed(createRandom(1), () => {
      expect(Math.random).not.toBe(real);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(Math.random).toBe(real);
});
