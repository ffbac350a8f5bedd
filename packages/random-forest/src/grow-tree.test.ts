import { createRandom, dataset, type Dataset } from '@tunable/core';
import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';
import { describe, expect, test } from 'vitest';

import type { TreeSample } from './draw-sample.ts';
import { growTree } from './grow-tree.ts';
import type { ForestSettings } from './params.ts';
import { sortRows } from './sort-rows.ts';
import { findLeaf, type Tree } from './tree.ts';

const settings: ForestSettings = {
  task: 'classification',
  aggregation: 'hard',
  trees: 1,
  maxDepth: 32,
  minSamplesSplit: 4,
  features: 1,
  featureReplacement: false,
  rowReplacement: true,
  gainThreshold: 0.01,
};

/** Every row and column once. */
function wholeSample(data: Dataset): TreeSample {
  return {
    rows: Int32Array.from({ length: data.rowCount }, (_, i) => i),
    columns: Int32Array.from({ length: data.columnCount }, (_, i) => i),
    timesDrawn: new Uint8ClampedArray(data.rowCount).fill(1),
  };
}

function leafValues(tree: Tree, row: readonly number[], width: number): number[] {
  const leaf = findLeaf(tree, Float64Array.from(row), 0);
  return Array.from(tree.values.subarray(leaf, leaf + width));
}

function randomRows(count: number, columns: number, seed: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => Array.from({ length: columns }, () => random.normal()));
}

describe('a tree answers like the library trained on the same rows', () => {
  const rows = randomRows(60, 3, 1);
  const probes = randomRows(200, 3, 2);

  /** What growTree passes on: of equally good splits the order of rows and columns decides. */
  function asGiven(data: Dataset) {
    const random = createRandom(3);
    const order = Array.from(sortRows(wholeSample(data).rows, data.target, data.classes.length, random));
    const seed = random.integer(0x8000_0000);
    const options = {
      nEstimators: 1,
      seed,
      useSampleBagging: false,
      noOOB: true,
      maxFeatures: 3,
      replacement: false,
    };
    return { options, rows: order.map((row) => rows[row]!), target: order.map((row) => data.target[row]!) };
  }

  test.each([
    ['the defaults', {}],
    ['a small depth', { maxDepth: 2 }],
    ['large nodes', { minSamplesSplit: 20 }],
    ['a high threshold', { gainThreshold: 0.1 }],
  ])('classification, %s', (_, changes) => {
    const labels = rows.map(([a, b, c]) => (a! + b! > 0 ? 2 : c! > 0.3 ? 1 : 0));
    const data = dataset({ features: rows, target: labels, task: 'classification' });
    const used = { ...settings, ...changes };
    const tree = growTree(data, wholeSample(data), used, createRandom(3));
    const given = asGiven(data);
    const library = new RandomForestClassifier({
      ...given.options,
      treeOptions: {
        maxDepth: used.maxDepth,
        minNumSamples: used.minSamplesSplit - 1,
        gainThreshold: used.gainThreshold,
      },
    });
    library.train(given.rows, given.target);
    expect(probes.map((row) => leafValues(tree, row, 3).indexOf(1))).toEqual(library.predict(probes));
  });

  test('regression', () => {
    const target = rows.map(([a, b]) => Math.sin(3 * a!) + b! ** 2);
    const data = dataset({ features: rows, target });
    const regression = { ...settings, task: 'regression', aggregation: 'mean', gainThreshold: 0 } as const;
    const tree = growTree(data, wholeSample(data), regression, createRandom(3));
    const given = asGiven(data);
    const library = new RandomForestRegression({ ...given.options, treeOptions: {} });
    library.train(given.rows, given.target);
    const expected = library.predict(probes);
    for (const [i, row] of probes.entries())
      expect(leafValues(tree, row, 1)[0]).toBeCloseTo(expected[i]!, 10);
  });
});

test('asks for the columns of the sample only, by their numbers in the data', () => {
  const rows = randomRows(60, 6, 1);
  const data = dataset({ features: rows, target: rows.map((row) => row[4]! > 0) });
  const sample = { ...wholeSample(data), columns: Int32Array.of(4, 1) };
  const tree = growTree(data, sample, settings, createRandom(0));
  expect(tree.column[0]).toBe(4);
  const withoutIt = growTree(data, { ...sample, columns: Int32Array.of(5, 0, 2) }, settings, createRandom(0));
  expect(Array.from(withoutIt.column).every((column) => [-1, 0, 2, 5].includes(column))).toBe(true);
});

test('soft votes are the shares of the classes among the rows of a leaf', () => {
  const data = dataset({
    features: [[0], [0], [0], [1], [1], [1], [1]],
    target: ['a', 'b', 'a', 'c', 'c', 'c', 'b'],
  });
  const tree = growTree(
    data,
    wholeSample(data),
    { ...settings, aggregation: 'soft', maxDepth: 1 },
    createRandom(0),
  );
  expect(leafValues(tree, [1], 3)).toEqual([0, 0.25, 0.75]);
  const [a, b, c] = leafValues(tree, [0], 3);
  expect(a).toBeCloseTo(2 / 3, 12);
  expect(b).toBeCloseTo(1 / 3, 12);
  expect(c).toBe(0);
});

describe('regression', () => {
  const regression: ForestSettings = {
    ...settings,
    task: 'regression',
    aggregation: 'mean',
    minSamplesSplit: 2,
    gainThreshold: 0,
  };
  const step = dataset({
    features: Array.from({ length: 20 }, (_, i) => [i]),
    target: Array.from({ length: 20 }, (_, i) => Number(i >= 10)),
  });

  test('learns a step function, of which the library makes its mean', () => {
    const library = new RandomForestRegression({ nEstimators: 1, useSampleBagging: false });
    library.train(
      Array.from({ length: 20 }, (_, i) => [i]),
      Array.from(step.target),
    );
    expect(library.predict([[0], [19]])).toEqual([0.5, 0.5]);
    const tree = growTree(step, wholeSample(step), regression, createRandom(0));
    expect([0, 9, 10, 19].map((x) => leafValues(tree, [x], 1)[0])).toEqual([0, 0, 1, 1]);
  });

  test('learns a stair below the root', () => {
    const data = dataset({
      features: Array.from({ length: 30 }, (_, i) => [i]),
      target: Array.from({ length: 30 }, (_, i) => Math.floor(i / 10)),
    });
    const tree = growTree(data, wholeSample(data), regression, createRandom(0));
    expect([0, 9, 10, 19, 20, 29].map((x) => leafValues(tree, [x], 1)[0])).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test('gainThreshold is a share of the variance', () => {
    // Targets 0, 0, 8, 10: the first split lowers the variance from 20.75 to 0.5, the one of {8, 10} from 1 to 0.
    const data = dataset({ features: [[1], [2], [3], [4]], target: [0, 0, 8, 10] });
    const leaves = (gainThreshold: number) =>
      growTree(data, wholeSample(data), { ...regression, gainThreshold }, createRandom(0)).values.toSorted();
    expect(leaves(0)).toEqual(Float64Array.of(0, 8, 10));
    expect(leaves(1 / 20.75 - 1e-9)).toEqual(Float64Array.of(0, 8, 10));
    expect(leaves(1 / 20.75 + 1e-9)).toEqual(Float64Array.of(0, 9));
    expect(leaves(20.25 / 20.75 - 1e-9)).toEqual(Float64Array.of(0, 9));
    expect(leaves(20.25 / 20.75 + 1e-9)).toEqual(Float64Array.of(4.5));
  });
});
