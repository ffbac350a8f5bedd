import type { Random } from '@tunable/core';

/**
 * Runs `run` with a seeded `Math.random`, and puts the real one back.
 *
 * TensorFlow.js draws from `Math.random` whenever a random operation has no seed: initial weights, dropout, noise
 * layers. Setting `seed` on the layers instead would miss layers of the user's own, would draw pretrained weights anew,
 * and would give a dropout layer the same mask in every batch. `run` is synchronous, so nothing else can draw meanwhile.
 *
 * @param random what is drawn from.
 * @param run a synchronous function; of an asynchronous one only what comes before its first `await` is seeded.
 */
export function withSeed<T>(random: Random, run: () => T): T {
  const original = Math.random;
  Math.random = () => random.uniform();
  try {
    return run();
  } finally {
    Math.random = original;
  }
}
