import { InvalidDatasetError } from '../errors.ts';
import { show } from '../json.ts';
import type { Label, Task } from './dataset.ts';

/** A target as numbers, and the labels they stand for. */
export interface PackedTarget {
  readonly task: Task;
  /** The values, or indices into `classes`. */
  readonly target: Float64Array;
  /** The labels in ascending order; empty for regression. */
  readonly classes: readonly Label[];
}

/**
 * Packs a target: labels become indices into the sorted list of distinct labels, numbers stay what they are.
 *
 * @param values one label or number per row.
 * @param task by default classification if the values are strings or booleans, regression if they are numbers.
 * @throws {InvalidDatasetError} a missing value, a mixture of types, a single class, text where numbers are needed.
 */
export function packTarget(values: ArrayLike<unknown>, task: Task | undefined): PackedTarget {
  const type = typeof values[0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === undefined || value === null || Number.isNaN(value)) {
      throw new InvalidDatasetError(
        `the target of row ${row} is missing (${show(value)}); leave such rows out before making a dataset`,
      );
    }
    if (typeof value !== type || !['string', 'number', 'boolean'].includes(type)) {
      throw new InvalidDatasetError(
        `the targets must be all strings, all numbers or all booleans; row 0 has ${show(values[0])} and row ${row} has ${show(value)}`,
      );
    }
  }
  const chosen = task ?? (type === 'number' ? 'regression' : 'classification');
  return chosen === 'regression' ? packNumbers(values, type) : packLabels(values as ArrayLike<Label>);
}

function packNumbers(values: ArrayLike<unknown>, type: string): PackedTarget {
  if (type !== 'number') {
    throw new InvalidDatasetError(
      `the targets are ${type}s such as ${show(values[0])}, and regression needs numbers; is the task 'classification'?`,
    );
  }
  const target = Float64Array.from(values as ArrayLike<number>);
  const infinite = target.findIndex((value) => !Number.isFinite(value));
  if (infinite >= 0)
    throw new InvalidDatasetError(
      `the target of row ${infinite} is ${target[infinite]}, expected a finite number`,
    );
  return { task: 'regression', target, classes: [] };
}

function packLabels(values: ArrayLike<Label>): PackedTarget {
  const classes = [...new Set(Array.from(values))].toSorted((a, b) => (a < b ? -1 : 1));
  if (classes.length === 1) {
    throw new InvalidDatasetError(
      `every row has the target ${show(classes[0])}; classification needs rows of at least two classes`,
    );
  }
  const index = new Map(classes.map((label, i) => [label, i]));
  return {
    task: 'classification',
    target: Float64Array.from(values, (label) => index.get(label) as number),
    classes,
  };
}
