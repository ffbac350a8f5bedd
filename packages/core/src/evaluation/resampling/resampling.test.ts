import { readFileSync } from 'node:fs';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InvalidArgumentError, InvalidDatasetError } from '../../errors.ts';
import { groupKFold } from './group-k-fold.ts';
import { holdout } from './holdout.ts';
import { kFold } from './k-fold.ts';
import { leaveOneGroupOut, leaveOneOut } from './leave-one-out.ts';
import { outOfBag } from './out-of-bag.ts';
import { predefined } from './predefined.ts';
import { repeated } from './repeated.ts';
import type { Resampling, Split, SplitData } from './resampling.ts';
import { shuffleSplit, stratifiedShuffleSplit } from './shuffle-split.ts';
import { stratifiedGroupKFold } from './stratified-group-k-fold.ts';
import { stratifiedKFold } from './stratified-k-fold.ts';
import { timeSeriesSplit } from './time-series-split.ts';

interface GoldenCase {
  k: number;
  target: number[];
  groups: number[];
  testFold: number[];
  timeSeriesSizes: { testSize: number; gap: number; maxTrainSize: number };
  splits: Record<string, { train: number[]; test: number[] }[]>;
}

const { cases } = JSON.parse(readFileSync(new URL('sklearn-splits.json', import.meta.url), 'utf8')) as {
  cases: GoldenCase[];
};

function classified(target: readonly number[], groups?: readonly number[]): SplitData {
  return {
    rowCount: target.length,
    task: 'classification',
    target: Float64Array.from(target),
    classes: Array.from({ length: Math.max(...target) + 1 }, (_, i) => i),
    ...(groups && { groups: Int32Array.from(groups) }),
  };
}

function regression(rowCount: number): SplitData {
  return { rowCount, task: 'regression', target: new Float64Array(rowCount), classes: [] };
}

function plain(splits: readonly Split[]): { train: number[]; test: number[] }[] {
  return splits.map(({ train, test }) => ({ train: [...train], test: [...test] }));
}

describe('without shuffling, the splits are those of scikit-learn', () => {
  const unshuffled = { shuffle: false };
  const makers: Record<string, (golden: GoldenCase) => Resampling> = {
    kFold: ({ k }) => kFold(k, unshuffled),
    stratifiedKFold: ({ k }) => stratifiedKFold(k, unshuffled),
    groupKFold: ({ k }) => groupKFold(k, unshuffled),
    stratifiedGroupKFold: ({ k }) => stratifiedGroupKFold(k, unshuffled),
    timeSeriesSplit: ({ k }) => timeSeriesSplit(k),
    timeSeriesSplitSized: ({ k, timeSeriesSizes }) => timeSeriesSplit(k, timeSeriesSizes),
    leaveOneOut: () => leaveOneOut(),
    leaveOneGroupOut: () => leaveOneGroupOut(),
    predefined: ({ testFold }) => predefined(testFold),
    holdout: () => holdout({ shuffle: false, testSize: 0.3 }),
  };
  it.each(Object.keys(makers))('%s', (name) => {
    for (const golden of cases) {
      const resampling = (makers[name] as (golden: GoldenCase) => Resampling)(golden);
      expect(plain(resampling.split(classified(golden.target, golden.groups)))).toEqual(golden.splits[name]);
    }
  });
});

/** Random data that every resampling can split into up to 5 folds: classes and groups of any sizes. */
const anyData = fc
  .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 30, max: 80 }))
  .chain(([classes, groups, rows]) =>
    fc.tuple(
      fc.array(fc.nat(classes - 1), { minLength: rows, maxLength: rows }),
      fc.array(fc.nat(groups - 1), { minLength: rows, maxLength: rows }),
      fc.constant({ classes, groups }),
    ),
  )
  .map(([target, groups, counts]) => {
    // Every class has 10 rows and every group one, at the least.
    const labels = target.map((label, row) => (row < 2 * counts.classes ? row % counts.classes : label));
    const members = groups.map((group, row) => (row < counts.groups ? row : group));
    return { data: classified(labels, members), labels, members };
  });
const anyFolds = fc.integer({ min: 2, max: 5 });
const anyOptions = fc.record({ shuffle: fc.boolean(), seed: fc.nat() });

const foldMakers: Record<string, (folds: number, options: { shuffle: boolean; seed: number }) => Resampling> =
  {
    kFold,
    groupKFold,
    stratifiedGroupKFold,
  };

describe.each(Object.entries(foldMakers))('%s', (_, make) => {
  it('tests on every row once, and trains on the others', () => {
    fc.assert(
      fc.property(anyData, anyFolds, anyOptions, ({ data }, folds, options) => {
        const splits = make(folds, options).split(data);
        expect(splits.length).toBe(folds);
        const tested = splits.flatMap(({ test }) => [...test]).toSorted((a, b) => a - b);
        expect(tested).toEqual(Array.from({ length: data.rowCount }, (_, row) => row));
        for (const { train, test } of splits) {
          expect([...train, ...test].toSorted((a, b) => a - b)).toEqual(tested);
          expect(train).toEqual(train.toSorted());
          expect(test).toEqual(test.toSorted());
        }
      }),
    );
  });

  it('gives the same splits for the same seed, and others for another seed or repetition', () => {
    const { target, groups } = cases[4] as GoldenCase;
    const data = classified(target, groups);
    const resampling = make(5, { shuffle: true, seed: 3 });
    const splits = plain(resampling.split(data));
    expect(plain(make(5, { shuffle: true, seed: 3 }).split(data))).toEqual(splits);
    expect(plain(resampling.split(data, 1))).not.toEqual(splits);
    expect(plain(make(5, { shuffle: true, seed: 4 }).split(data))).not.toEqual(splits);
  });
});

describe('kFold', () => {
  it('makes folds whose sizes differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 60 }), anyFolds, anyOptions, (rows, folds, options) => {
        const sizes = kFold(folds, options)
          .split(regression(rows))
          .map(({ test }) => test.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('shuffles by default', () => {
    expect([...(kFold(2).split(regression(20))[0] as Split).test]).not.toEqual(
      Array.from({ length: 10 }, (_, i) => i),
    );
  });
});

describe('stratifiedKFold', () => {
  it('partitions the rows and gives each fold its share of every class, to within one row', () => {
    fc.assert(
      fc.property(anyData, anyFolds, anyOptions, ({ data, labels }, folds, options) => {
        fc.pre(data.classes.some((label) => labels.filter((l) => l === label).length >= folds));
        const splits = stratifiedKFold(folds, options).split(data);
        expect(splits.flatMap(({ test }) => [...test]).toSorted((a, b) => a - b)).toEqual(
          labels.map((_, row) => row),
        );
        for (const { test } of splits) {
          for (const label of data.classes) {
            const share = labels.filter((l) => l === label).length / folds;
            const here = test.filter((row) => labels[row] === label).length;
            expect(Math.abs(here - share)).toBeLessThan(1);
          }
        }
      }),
    );
  });
});

describe('resampling by groups', () => {
  it.each(['groupKFold', 'stratifiedGroupKFold'])('%s never divides a group', (name) => {
    fc.assert(
      fc.property(anyData, anyFolds, anyOptions, ({ data, members }, folds, options) => {
        for (const { train, test } of (foldMakers[name] as typeof kFold)(folds, options).split(data)) {
          const tested = new Set([...test].map((row) => members[row]));
          expect([...train].some((row) => tested.has(members[row]))).toBe(false);
        }
      }),
    );
  });
});

describe('shuffleSplit and holdout', () => {
  const makers: Record<string, (options: { testSize: number; seed: number }) => Resampling> = {
    shuffleSplit: (options) => shuffleSplit(4, options),
    stratifiedShuffleSplit: (options) => stratifiedShuffleSplit(4, options),
    holdout: (options) => holdout(options),
    'holdout, stratified': (options) => holdout({ ...options, stratify: true }),
  };
  it.each(Object.keys(makers))('%s: disjoint sides of the sizes asked for', (name) => {
    fc.assert(
      fc.property(
        anyData,
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        fc.nat(),
        ({ data }, testSize, seed) => {
          const make = makers[name] as (options: { testSize: number; seed: number }) => Resampling;
          for (const { train, test } of make({ testSize, seed }).split(data)) {
            expect(test.length).toBe(Math.ceil(testSize * data.rowCount));
            expect(train.length).toBe(data.rowCount - test.length);
            expect(new Set([...train, ...test]).size).toBe(data.rowCount);
          }
          expect(plain(make({ testSize, seed }).split(data))).toEqual(
            plain(make({ testSize, seed }).split(data)),
          );
        },
      ),
    );
  });

  it('stratifies to within one row', () => {
    fc.assert(
      fc.property(
        anyData,
        fc.integer({ min: 8, max: 15 }),
        fc.integer({ min: 8, max: 15 }),
        fc.nat(),
        ({ data, labels }, testSize, trainSize, seed) => {
          for (const { train, test } of stratifiedShuffleSplit(3, { testSize, trainSize, seed }).split(
            data,
          )) {
            expect([train.length, test.length]).toEqual([trainSize, testSize]);
            for (const label of data.classes) {
              const count = labels.filter((l) => l === label).length;
              const here = train.filter((row) => labels[row] === label).length;
              expect(Math.abs(here - (count * trainSize) / labels.length)).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
    );
  });

  it('takes sizes as fractions or numbers', () => {
    const sizes = (resampling: Resampling): number[] => {
      const { train, test } = resampling.split(regression(10))[0] as Split;
      return [train.length, test.length];
    };
    expect(sizes(holdout())).toEqual([7, 3]);
    expect(sizes(holdout({ testSize: 4 }))).toEqual([6, 4]);
    expect(sizes(holdout({ trainSize: 0.55 }))).toEqual([5, 5]);
    expect(sizes(holdout({ trainSize: 2, testSize: 0.3 }))).toEqual([2, 3]);
    expect(sizes(shuffleSplit())).toEqual([9, 1]);
  });
});

describe('repeated', () => {
  it('repeats with other splits each time, and the same ones when asked again', () => {
    const resampling = repeated(kFold(2), 3);
    const splits = plain(resampling.split(regression(20)));
    expect(splits.length).toBe(6);
    expect(new Set(splits.map(({ test }) => test.join())).size).toBe(6);
    expect(plain(resampling.split(regression(20)))).toEqual(splits);
    expect(plain(resampling.split(regression(20), 1))).not.toEqual(splits);
  });
});

describe('predefined', () => {
  it('takes lists of row indices', () => {
    const splits = predefined([
      { train: [3, 0], test: [1] },
      { train: [1], test: [0, 2] },
    ]).split(regression(4));
    expect(plain(splits)).toEqual([
      { train: [0, 3], test: [1] },
      { train: [1], test: [0, 2] },
    ]);
  });
});

describe('outOfBag', () => {
  it('trains on all rows and tests on none', () => {
    expect(outOfBag().outOfBag).toBe(true);
    expect(plain(outOfBag().split(regression(3)))).toEqual([{ train: [0, 1, 2], test: [] }]);
  });
});

describe('data that cannot be split so', () => {
  it.each<[string, Resampling, SplitData, RegExp]>([
    ['fewer rows than folds', kFold(5), regression(4), /4 rows, too few for 5 folds; use fewer folds/],
    [
      'fewer rows than folds (stratified)',
      stratifiedKFold(5),
      classified([0, 1, 0]),
      /3 rows, too few for 5 folds/,
    ],
    [
      'small classes',
      stratifiedKFold(3),
      classified([0, 0, 1, 1]),
      /every class has fewer rows than there are folds/,
    ],
    ['a regression dataset, stratified', stratifiedKFold(2), regression(4), /for regression; use kFold/],
    ['no groups', groupKFold(2), regression(4), /make the dataset with groups/],
    [
      'fewer groups than folds',
      groupKFold(3),
      classified([0, 1, 0], [0, 1, 0]),
      /2 groups, expected at least 3/,
    ],
    ['one group left out of one', leaveOneGroupOut(), classified([0, 1], [0, 0]), /1 groups/],
    ['too short a series', timeSeriesSplit(5), regression(5), /5 rows are too few for 5 splits/],
    ['a gap without rows before', timeSeriesSplit(2, { gap: 10 }), regression(12), /gap of 10/],
    ['one row left out of one', leaveOneOut(), regression(1), /too few/],
    [
      'a side without rows',
      holdout({ testSize: 4 }),
      regression(4),
      /4 rows cannot give 4 rows to test on and 0/,
    ],
    [
      'more rows than there are',
      shuffleSplit(1, { testSize: 3, trainSize: 3 }),
      regression(5),
      /cannot give/,
    ],
    [
      'a class with one row',
      stratifiedShuffleSplit(1),
      classified([0, 0, 0, 1]),
      /row 3 is the only one of its class/,
    ],
    [
      'more classes than test rows',
      stratifiedShuffleSplit(1, { testSize: 1 }),
      classified([0, 0, 1, 1]),
      /too few for 2 classes/,
    ],
    [
      'predefined folds of another length',
      predefined([0, 1, 0]),
      regression(4),
      /for 3 rows, and the dataset has 4/,
    ],
    [
      'predefined rows that do not exist',
      predefined([{ train: [0], test: [7] }]),
      regression(4),
      /at least 8 rows/,
    ],
  ])('%s', (_, resampling, data, message) => {
    expect(() => resampling.split(data)).toThrow(InvalidDatasetError);
    expect(() => resampling.split(data)).toThrow(message);
  });
});

describe('options of the wrong kind', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['one fold', () => kFold(1), /kFold: folds must be a whole number of at least 2, not 1/],
    ['text for folds', () => stratifiedKFold('5' as never), /not "5"/],
    ['a misspelt option', () => kFold(5, { random: 3 } as never), /unknown option 'random'/],
    [
      'shuffle that is no boolean',
      () => groupKFold(5, { shuffle: 1 as never }),
      /shuffle must be true or false/,
    ],
    ['a fractional seed', () => kFold(5, { seed: 0.5 }), /seed must be a whole number/],
    ['a size of 0', () => holdout({ testSize: 0 }), /testSize must be a fraction/],
    ['a size of 1.5', () => shuffleSplit(3, { trainSize: 1.5 }), /trainSize must be a fraction/],
    [
      'a stratified holdout in order',
      () => holdout({ stratify: true, shuffle: false }),
      /excludes shuffle: false/,
    ],
    ['no repetition', () => repeated(kFold(5), 0), /repetitions must be/],
    ['repeating nothing', () => repeated(5 as never, 2), /expected a resampling such as kFold/],
    ['folds below -1', () => predefined([0, -2]), /not -2/],
    ['no split', () => predefined([-1, -1]), /there is no split/],
    [
      'splits that overlap',
      () => predefined([{ train: [0, 1], test: [1] }]),
      /row 1 is on both sides of split 0/,
    ],
    ['a split without training rows', () => predefined([0, 0]), /split 0 has no rows to learn from/],
    [
      'splits that are no lists',
      () => predefined([{ train: [0] } as never]),
      /test of split 0 must be a list/,
    ],
    ['no splits at all', () => predefined(undefined as never), /expected a fold number per row/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  });
});
