import type { Split } from './resampling.ts';

/**
 * The splits that test on one fold each and train on the other rows.
 *
 * @param foldOf the fold of each row; a row with a negative one is always trained on.
 * @param foldCount how many folds there are.
 */
export function splitsFromFolds(foldOf: ArrayLike<number>, foldCount: number): Split[] {
  const sizes = new Int32Array(foldCount);
  for (let row = 0; row < foldOf.length; row++) {
    const fold = foldOf[row] as number;
    if (fold >= 0) sizes[fold] = (sizes[fold] as number) + 1;
  }
  return Array.from(sizes, (size, fold) => {
    const test = new Int32Array(size);
    const train = new Int32Array(foldOf.length - size);
    let tests = 0;
    for (let row = 0; row < foldOf.length; row++) {
      if (foldOf[row] === fold) test[tests++] = row;
      else train[row - tests] = row;
    }
    return { train, test };
  });
}
