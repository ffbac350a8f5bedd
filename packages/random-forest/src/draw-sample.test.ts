import { createRandom } from '@tunable/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { drawSample } from './draw-sample.ts';

const options = { features: 1, featureReplacement: false, rowReplacement: true };

test('a tree never gets no column, and one is not mistaken for all', () => {
  for (let seed = 0; seed < 20; seed++) {
    for (const featureReplacement of [false, true]) {
      const { columns } = drawSample(
        10,
        4,
        { ...options, features: 0.01, featureReplacement },
        createRandom(seed),
      );
      expect(columns).toHaveLength(1);
    }
  }
});

test('without replacement the share of columns is rounded, and all are different', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.nat(),
      (count, features, seed) => {
        const columns = Array.from(
          drawSample(5, count, { ...options, features }, createRandom(seed)).columns,
        );
        expect(columns).toHaveLength(Math.max(1, Math.round(features * count)));
        expect(new Set(columns).size).toBe(columns.length);
        expect(columns.every((column) => column >= 0 && column < count)).toBe(true);
      },
    ),
  );
});

test('with replacement a tree gets about 1 - 1/e of the columns, each once', () => {
  let total = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { columns } = drawSample(5, 100, { ...options, featureReplacement: true }, createRandom(seed));
    expect(new Set(columns).size).toBe(columns.length);
    total += columns.length;
  }
  expect(total / 200).toBeCloseTo(100 * (1 - 0.99 ** 100), 0);
});

test('a bootstrap has as many rows as the data, drawn from all of them alike', () => {
  const drawn = new Float64Array(50);
  for (let seed = 0; seed < 400; seed++) {
    const { rows, timesDrawn } = drawSample(50, 2, options, createRandom(seed));
    expect(rows).toHaveLength(50);
    for (let row = 0; row < 50; row++) {
      expect(timesDrawn[row]).toBe(rows.filter((drawnRow) => drawnRow === row).length);
      drawn[row]! += timesDrawn[row]!;
    }
  }
  // 400 draws expected of each row, with standard deviation 20.
  expect(Math.min(...drawn)).toBeGreaterThan(300);
  expect(Math.max(...drawn)).toBeLessThan(500);
});

test('without replacement 63.2 % of the rows are drawn once, not always the first ones', () => {
  const everDrawn = new Set<number>();
  for (let seed = 0; seed < 30; seed++) {
    const { rows, timesDrawn } = drawSample(50, 2, { ...options, rowReplacement: false }, createRandom(seed));
    expect(rows).toHaveLength(32);
    expect(Math.max(...timesDrawn)).toBe(1);
    for (const row of rows) everDrawn.add(row);
  }
  expect(everDrawn.size).toBe(50);
});
