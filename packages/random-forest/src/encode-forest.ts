import { InvalidArgumentError } from '@tunable/core';

import { answerWidth, type Forest } from './forest.ts';
import type { Tree } from './tree.ts';

const FORMAT = 'tunable-random-forest';
const VERSION = 1;

/** A forest as UTF-8 JSON. JSON keeps every finite number exactly. */
export function encodeForest(forest: Forest): Uint8Array<ArrayBuffer> {
  const trees = forest.trees.map(({ column, threshold, next, values }) => ({
    column: Array.from(column),
    threshold: Array.from(threshold),
    next: Array.from(next),
    values: Array.from(values),
  }));
  return new TextEncoder().encode(JSON.stringify({ format: FORMAT, version: VERSION, ...forest, trees }));
}

/**
 * The forest that `encodeForest` encoded.
 *
 * @throws {InvalidArgumentError} something else, a later version, or a damaged file.
 */
export function decodeForest(saved: Uint8Array | string): Forest {
  let value: Partial<Forest & { format: unknown; version: unknown }> | null;
  try {
    value = JSON.parse(typeof saved === 'string' ? saved : new TextDecoder().decode(saved)) as typeof value;
  } catch (error) {
    throw new InvalidArgumentError(
      `loadRandomForest: expected what model.save() returned, not ${(error as Error).message}`,
    );
  }
  if (value?.format !== FORMAT) {
    throw new InvalidArgumentError(
      'loadRandomForest: this is not a saved random forest; pass what model.save() returned',
    );
  }
  if (value.version !== VERSION) {
    throw new InvalidArgumentError(
      `loadRandomForest: the forest is of version ${String(value.version)}, and this package reads version ${VERSION}; update @tunable/random-forest`,
    );
  }
  const { task, aggregation, classes, featureNames, trees } = value as Forest;
  const forest: Forest = {
    task,
    aggregation,
    classes,
    featureNames,
    trees: trees.map(({ column, threshold, next, values }) => ({
      column: Int32Array.from(column),
      threshold: Float64Array.from(threshold),
      next: Int32Array.from(next),
      values: Float64Array.from(values),
    })),
  };
  if (!forest.trees.every((tree) => isSound(tree, featureNames.length, answerWidth(forest)))) {
    throw new InvalidArgumentError(
      'loadRandomForest: the saved forest is damaged: a node points outside its tree',
    );
  }
  return forest;
}

/** Whether every walk from the root ends at a leaf with all its values. */
function isSound({ column, threshold, next, values }: Tree, columnCount: number, width: number): boolean {
  const nodeCount = column.length;
  if (nodeCount === 0 || threshold.length !== nodeCount || next.length !== nodeCount) return false;
  return column.every((tested, node) => {
    const link = next[node] as number;
    return tested < 0
      ? link >= 0 && link + width <= values.length
      : tested < columnCount && link > node && link + 1 < nodeCount;
  });
}
