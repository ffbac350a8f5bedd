import type { Label, Task } from '@tunable/core';

import type { Aggregation } from './params.ts';
import { findLeaf, type Tree } from './tree.ts';

/** The trees, and what is needed to make answers of theirs; all that a saved model holds. */
export interface Forest {
  readonly task: Task;
  readonly aggregation: Aggregation;
  /** The labels; empty for regression. */
  readonly classes: readonly Label[];
  /** The columns that rows to predict must have. */
  readonly featureNames: readonly string[];
  readonly trees: readonly Tree[];
}

/** How many numbers the answer for one row has. */
export function answerWidth(forest: Forest): number {
  return Math.max(1, forest.classes.length);
}

/**
 * Writes the answer of some trees for one row: the share of votes (or mean probability) of each class, or the mean or
 * median of the trees' values.
 *
 * @param trees the trees to ask; at least one.
 * @param features rows, row-major; the row begins at `start`.
 * @param answer receives `answerWidth(forest)` numbers from `offset` on.
 */
export function answerRow(
  forest: Forest,
  trees: readonly Tree[],
  features: Float64Array,
  start: number,
  answer: Float64Array,
  offset: number,
): void {
  if (forest.aggregation === 'median') {
    answer[offset] = median(
      Float64Array.from(trees, (tree) => tree.values[findLeaf(tree, features, start)] as number),
    );
    return;
  }
  const width = answerWidth(forest);
  answer.fill(0, offset, offset + width);
  for (const tree of trees) {
    const leaf = findLeaf(tree, features, start);
    for (let i = 0; i < width; i++)
      answer[offset + i] = (answer[offset + i] as number) + (tree.values[leaf + i] as number);
  }
  for (let i = 0; i < width; i++) answer[offset + i] = (answer[offset + i] as number) / trees.length;
}

/** Labels (the first of equally likely ones) or numbers, from answers one after the other. */
export function decideAnswers(forest: Forest, answers: Float64Array): readonly Label[] | Float64Array {
  if (forest.task === 'regression') return answers;
  const width = answerWidth(forest);
  return Array.from({ length: answers.length / width }, (_, row) => {
    const shares = answers.subarray(row * width, (row + 1) * width);
    return forest.classes[shares.indexOf(Math.max(...shares))] as Label;
  });
}

function median(values: Float64Array): number {
  values.sort();
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}
