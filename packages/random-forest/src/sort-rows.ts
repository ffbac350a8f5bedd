import type { Random } from '@tunable/core';

/**
 * The order in which the library is given a tree's rows, which decides how long it takes: half as long as in the order
 * of drawing, for 266 penguins of 8 columns.
 *
 * - It tries a split between neighbours of different targets. Its sort is stable, so rows with the same value of a
 *   column stay in the order given: sorted by target, hundreds of equal splits (of a column of 0 and 1, say) become few.
 * - It counts classes by searching each row's class from the start: quick only if every class occurs early. So the
 *   first √n rows stay in random order.
 * - It overlooks the split between two values of a column when the rows of the upper one have all the same class and
 *   the last row of the lower one has it too. In a fixed order some columns would lose their best split in every tree.
 *   So the last √n rows stay in random order as well, and the order of the classes (for regression: up or down) is drawn.
 *
 * @param rows indices in random order.
 * @param classCount how many classes there are; 0 for regression.
 */
export function sortRows(
  rows: Int32Array,
  target: Float64Array,
  classCount: number,
  random: Random,
): Int32Array {
  const end = Math.ceil(Math.sqrt(rows.length));
  const direction = random.integer(2) === 0 ? -1 : 1;
  const ranks = random.shuffle(Int32Array.from({ length: classCount }, (_, i) => i));
  const rankOf = (row: number): number => {
    const value = target[row] as number;
    return classCount === 0 ? direction * value : (ranks[value] as number);
  };
  const sorted = rows.slice();
  if (rows.length > 2 * end) sorted.subarray(end, -end).sort((a, b) => rankOf(a) - rankOf(b) || a - b);
  return sorted;
}
