import { createRandom, dataset, type FitContext, type Dataset, type Label } from '@tunable/core';
import { RandomForestClassifier } from 'ml-random-forest';
import { describe, expect, test } from 'vitest';

import { drawSample } from './draw-sample.ts';
import { randomForestClassifier } from './random-forest-classifier.ts';

const learner = randomForestClassifier();
const defaults = learner.space.decode(learner.space.defaultRow());

function fitContext(changes: Partial<FitContext> = {}): FitContext {
  const { signal } = new AbortController();
  return { seed: 1, signal, metric: '', outOfBag: false, report: async () => {}, ...changes };
}

/** Three clouds, overlapping as their spread grows. */
function clouds(count: number, spread: number, labels: readonly Label[] = ['x', 'y', 'z']): Dataset {
  const random = createRandom(7);
  const rows = Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * (i % 3)) / 3;
    return [
      Math.cos(angle) + spread * random.normal(),
      Math.sin(angle) + spread * random.normal(),
      random.normal(),
    ];
  });
  return dataset({ features: rows, target: rows.map((_, i) => labels[i % 3]!), task: 'classification' });
}

interface SavedTree {
  column: number[];
  threshold: number[];
  next: number[];
  values: number[];
}

/** The class each tree votes for, read from the saved file by the simplest means. */
function votes(saved: Uint8Array, row: ArrayLike<number>, classCount: number): number[] {
  const { trees } = JSON.parse(new TextDecoder().decode(saved)) as { trees: SavedTree[] };
  return trees.map(({ column, threshold, next, values }) => {
    let node = 0;
    while (column[node]! >= 0) node = next[node]! + (row[column[node]!]! < threshold[node]! ? 0 : 1);
    return values.slice(next[node], next[node]! + classCount).indexOf(1);
  });
}

describe('predicts', () => {
  test('separable clouds perfectly', async () => {
    const data = clouds(60, 0.05);
    const model = await learner.fit({ ...defaults, trees: 15 }, data, fitContext());
    expect(model.classes).toEqual(['x', 'y', 'z']);
    expect(model.predict(data)).toEqual(Array.from(data.target, (index) => data.classes[index]));
    expect(model.predict([{ x0: 1, x1: 0, x2: 0 }])).toEqual(['x']);
    expect(model.predict([])).toEqual([]);
    expect(model.treeCount).toBe(15);
  });

  test.each([
    ['strings', ['b', 'c', 'a']],
    ['numbers with gaps', [10, -3, 200]],
  ])('labels that are %s', async (_, labels) => {
    const data = clouds(45, 0.05, labels);
    const model = await learner.fit({ ...defaults, trees: 15 }, data, fitContext());
    expect(model.predict(data)).toEqual(Array.from({ length: 45 }, (_, i) => labels[i % 3]));
  });

  test('labels that are booleans', async () => {
    const data = dataset({
      features: Array.from({ length: 20 }, (_, i) => [i]),
      target: Array.from({ length: 20 }, (_, i) => i > 12),
    });
    const model = await learner.fit(defaults, data, fitContext());
    expect(model.predict([[0], [19]])).toEqual([false, true]);
  });

  test('a fold that lacks a class, or has a single one', async () => {
    const data = clouds(60, 0.3);
    const twoClasses = data.rows(Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 3 !== 1));
    const model = await learner.fit({ ...defaults, trees: 10 }, twoClasses, fitContext());
    const probabilities = model.predictProbability!(data);
    for (let row = 0; row < 60; row++) expect(probabilities[3 * row + 1]).toBe(0);
    const oneClass = data.rows([0, 3, 6, 9, 12]);
    const constantModel = await learner.fit({ ...defaults, trees: 3 }, oneClass, fitContext());
    expect(constantModel.predictProbability!([[0, 0, 0]])).toEqual(Float64Array.of(1, 0, 0));
  });

  test('a column of 0 and 1 whose split a fixed order of rows would hide', async () => {
    // x = 1 always means class 1, which x = 0 also has: sorted by class, no neighbours differ where x changes.
    const rows = Array.from({ length: 90 }, (_, i) => [Number(i % 3 === 0)]);
    for (const flipped of [false, true]) {
      const target = rows.map(
        ([x], i) => (x === 1 ? 1 : i % 3 === 1 || i % 9 === 2 ? 0 : 1) !== Number(flipped),
      );
      const model = await learner.fit(
        { ...defaults, featureReplacement: false },
        dataset({ features: rows, target }),
        fitContext(),
      );
      expect(model.predict([[0], [1]])).toEqual(flipped ? [true, false] : [false, true]);
    }
  });
});

describe('probabilities', () => {
  test('are shares of votes, counted by hand; the library is wrong about label 0', async () => {
    const data = clouds(60, 0.6);
    const model = await learner.fit({ ...defaults, trees: 21 }, data, fitContext());
    const probabilities = model.predictProbability!(data);
    let unsure = 0;
    for (let row = 0; row < data.rowCount; row++) {
      const counts = [0, 0, 0];
      for (const vote of votes(model.save(), data.features.subarray(3 * row, 3 * row + 3), 3))
        counts[vote]!++;
      expect(Array.from(probabilities.subarray(3 * row, 3 * row + 3))).toEqual(
        counts.map((count) => count / 21),
      );
      if (Math.max(...counts) < 21) unsure++;
    }
    expect(unsure).toBeGreaterThan(5);

    const library = new RandomForestClassifier({ nEstimators: 20 });
    library.train(
      Array.from({ length: 40 }, (_, i) => [i]),
      Array.from({ length: 40 }, (_, i) => Number(i >= 20)),
    );
    expect(library.predict([[0]])).toEqual([0]);
    expect(library.predictionValues([[0]]).getRow(0)).toEqual(Array(20).fill(0));
    expect(library.predictProbability([[0]], 0)).toEqual([0.95]);
  });

  test('soft votes sum to 1, and know more than hard ones of a few trees', async () => {
    const data = clouds(120, 0.6);
    const params = { ...defaults, trees: 5, minSamplesSplit: 20 };
    const soft = (await randomForestClassifier({ voting: 'soft' }).fit(params, data, fitContext()))
      .predictProbability!(data);
    const hard = (await learner.fit(params, data, fitContext())).predictProbability!(data);
    for (let row = 0; row < data.rowCount; row++)
      expect(soft[3 * row]! + soft[3 * row + 1]! + soft[3 * row + 2]!).toBeCloseTo(1, 12);
    const logLoss = (p: Float64Array) =>
      data.target.reduce((sum, label, row) => sum - Math.log(Math.max(1e-15, p[3 * row + label]!)), 0);
    expect(logLoss(soft)).toBeLessThan(logLoss(hard));
  });
});

describe('out of bag', () => {
  test.each([true, false])(
    'equals asking by hand the trees without the row (rowReplacement: %s)',
    async (rowReplacement) => {
      const data = clouds(45, 0.7);
      const params = { ...defaults, trees: 8, rowReplacement };
      const model = await learner.fit(params, data, fitContext({ seed: 99, outOfBag: true }));
      const { rows, predictions, probabilities } = model.outOfBag!();
      const samples = Array.from({ length: 8 }, (_, tree) =>
        drawSample(45, 3, params, createRandom(99, tree)),
      );
      let position = 0;
      for (let row = 0; row < 45; row++) {
        const all = votes(model.save(), data.features.subarray(3 * row, 3 * row + 3), 3);
        const unseen = all.filter((_, tree) => !samples[tree]!.rows.includes(row));
        if (unseen.length === 0) continue;
        const shares = [0, 1, 2].map(
          (label) => unseen.filter((vote) => vote === label).length / unseen.length,
        );
        expect(rows[position]).toBe(row);
        expect(Array.from(probabilities!.subarray(3 * position, 3 * position + 3))).toEqual(shares);
        expect(predictions[position]).toBe(data.classes[shares.indexOf(Math.max(...shares))]);
        position++;
      }
      expect(rows).toHaveLength(position);
      expect(position).toBeGreaterThan(30);
    },
  );

  test('is an honest score: chance level for labels that mean nothing', async () => {
    const random = createRandom(3);
    const features = Array.from({ length: 120 }, () => [random.normal(), random.normal()]);
    const data = dataset({ features, target: features.map(() => random.integer(2) === 1) });
    const model = await learner.fit(defaults, data, fitContext({ outOfBag: true }));
    const { rows, predictions } = model.outOfBag!();
    const share =
      Array.from(rows).filter((row, i) => data.classes[data.target[row]!] === predictions[i]).length /
      rows.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
  });

  test('is there only when asked for', async () => {
    const model = await learner.fit({ ...defaults, trees: 2 }, clouds(9, 0.1), fitContext());
    expect(model.outOfBag).toBeUndefined();
  });
});

test('describes itself, so that a worker can rebuild it', async () => {
  const soft = randomForestClassifier({ voting: 'soft' });
  const description = soft.describe!()!;
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  expect(new URL(description.module).protocol).toBe('file:');
  const module = (await import(/* @vite-ignore */ description.module)) as {
    [name: string]: typeof randomForestClassifier;
  };
  const rebuilt = module[description.export]!(...(description.arguments as [{ voting: 'soft' }]));
  expect(rebuilt.space.toJSON()).toEqual(soft.space.toJSON());
  const data = clouds(30, 0.7);
  const params = { ...defaults, trees: 3 };
  const [a, b] = [await soft.fit(params, data, fitContext()), await rebuilt.fit(params, data, fitContext())];
  expect(b.save()).toEqual(a.save());
});

test('rejects unknown and wrong options', () => {
  // @ts-expect-error from plain JavaScript
  expect(() => randomForestClassifier({ vote: 'soft' })).toThrow(/unknown option 'vote'.*voting/);
  // @ts-expect-error from plain JavaScript
  expect(() => randomForestClassifier({ voting: 'loud' })).toThrow(
    /voting must be 'hard' or 'soft', not "loud"/,
  );
});
