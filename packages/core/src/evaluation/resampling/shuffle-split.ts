import { createRandom, type Random } from '../../math/random.ts';
import { checkNumber, checkOptions } from '../../options.ts';
import { drawSplit, drawStratifiedSplit, type SideSizes } from './draw-split.ts';
import type { Resampling, Split, SplitData } from './resampling.ts';
import { checkSizes, countRows, type SizeOptions } from './sizes.ts';

/** Options of {@link shuffleSplit} and {@link stratifiedShuffleSplit}. */
export interface ShuffleSplitOptions extends SizeOptions {
  /** Names the random splits. A whole number; default 0. */
  seed?: number;
}

/**
 * Independent random splits, whose test rows may overlap; scikit-learn's `ShuffleSplit`.
 *
 * @param splits how many, at least 1. Default 10.
 * @param options `testSize` (default 0.1), `trainSize`, `seed`.
 */
export function shuffleSplit(splits = 10, options: ShuffleSplitOptions = {}): Resampling {
  return independentSplits('shuffleSplit', 'shuffle-split', splits, options, drawSplit);
}

/**
 * Independent random splits that keep the proportions of the classes on both sides; scikit-learn's
 * `StratifiedShuffleSplit`.
 *
 * @param splits how many, at least 1. Default 10.
 * @param options `testSize` (default 0.1), `trainSize`, `seed`.
 */
export function stratifiedShuffleSplit(splits = 10, options: ShuffleSplitOptions = {}): Resampling {
  const owner = 'stratifiedShuffleSplit';
  return independentSplits(owner, 'stratified-shuffle-split', splits, options, (data, sizes, random) =>
    drawStratifiedSplit(owner, data, sizes, random),
  );
}

function independentSplits(
  owner: string,
  name: string,
  splits: number,
  options: ShuffleSplitOptions,
  draw: (data: SplitData, sizes: SideSizes, random: Random) => Split,
): Resampling {
  checkNumber(owner, 'splits', splits, { min: 1, integer: true });
  checkOptions(owner, options, ['testSize', 'trainSize', 'seed']);
  checkSizes(owner, options);
  const seed = checkNumber(owner, 'seed', options.seed ?? 0, { integer: true });
  return {
    name,
    split(data, repetition = 0) {
      const sizes = countRows(owner, data.rowCount, options, 0.1);
      return Array.from({ length: splits }, (_, i) => draw(data, sizes, createRandom(seed, repetition, i)));
    },
  };
}
