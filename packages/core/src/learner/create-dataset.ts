import { InvalidArgumentError, InvalidDatasetError } from '../errors.ts';
import { show } from '../json.ts';
import { checkOptions } from '../options.ts';
import type { Dataset, FeatureRecord, FeatureRows, Features, Label, PlainDataset, Task } from './dataset.ts';
import { checkFeature, isNumberList, isPacked, packFeatures } from './pack-features.ts';
import { packTarget } from './pack-target.ts';

/** What {@link dataset} is made of. */
export interface DatasetOptions {
  /**
   * The rows: arrays of numbers, records of numbers, packed rows, or one flat row-major array of numbers. All finite;
   * booleans in rows and records count as 0 and 1.
   */
  features: FeatureRows | ArrayLike<number>;
  /** What to learn: one label or number per row; or, for records, the name of the column that holds it. */
  target: ArrayLike<Label> | string;
  /**
   * What kind of target it is. Default: `'regression'` for numbers, `'classification'` for strings and booleans; so
   * pass it when classes are numbered.
   */
  task?: Task;
  /** Names of the columns, in order. Default: for records every column but target and groups, otherwise x0, x1, ... */
  featureNames?: readonly string[];
  /** To which group each row belongs, for resampling that keeps groups together; for records perhaps a column's name. */
  groups?: ArrayLike<Label> | string;
  /** The shape of a row whose numbers are not just a list: `[28, 28, 1]`, say. Default `[columns]`. */
  rowShape?: readonly number[];
}

const OPTION_NAMES = ['features', 'target', 'task', 'featureNames', 'groups', 'rowShape'];

/**
 * Checks data and packs it into typed arrays.
 *
 * @throws {InvalidDatasetError} unequal lengths, no rows, missing or non-finite numbers (with their row and column), text
 *   among the features, a single class.
 * @example dataset({ features: [[1, 2], [3, 4]], target: ['cat', 'dog'] })
 * @example dataset({ features: records, target: 'species' })
 */
export function dataset(options: DatasetOptions): Dataset {
  checkOptions('dataset', options, OPTION_NAMES, (message) => new InvalidDatasetError(message));
  const { features, task } = options;
  if (task !== undefined && task !== 'classification' && task !== 'regression') {
    throw new InvalidDatasetError(`task must be 'classification' or 'regression', not ${show(task)}`);
  }
  const records = isRecords(features) ? features : undefined;
  const targetValues = column('target', options.target, records);
  const groupValues = options.groups === undefined ? undefined : column('groups', options.groups, records);
  if (targetValues.length === 0) throw new InvalidDatasetError('the dataset is empty: there are no targets');
  const featureNames = options.featureNames ?? defaultNames(options, targetValues.length);
  if (featureNames.length === 0)
    throw new InvalidDatasetError('the dataset is empty: there are no feature columns');
  if (new Set(featureNames).size < featureNames.length) {
    throw new InvalidDatasetError(`featureNames holds a name twice: ${featureNames.join(', ')}`);
  }
  const flat = isFlat(features) ? features : isPacked(features) ? features.features : undefined;
  const packed =
    flat === undefined ? packFeatures(features as FeatureRows, featureNames) : packFlat(flat, featureNames);
  checkLength('target', targetValues.length, packed.rowCount);
  if (groupValues !== undefined) checkLength('groups', groupValues.length, packed.rowCount);
  return datasetFromPlain({
    ...packTarget(targetValues, task),
    features: packed.features,
    rowCount: packed.rowCount,
    columnCount: packed.columnCount,
    featureNames,
    rowShape: checkShape(options.rowShape, featureNames.length),
    ...(groupValues === undefined ? {} : { groups: numberGroups(groupValues) }),
  });
}

/** The dataset of which `plain` was the plain form; shares its arrays. */
export function datasetFromPlain(plain: PlainDataset): Dataset {
  if (!isPacked(plain) || !(plain.target instanceof Float64Array)) {
    throw new InvalidDatasetError(
      `datasetFromPlain: expected what dataset.toPlain() returned, not ${show(plain)}`,
    );
  }
  let sharedForm: PlainDataset | undefined;
  return {
    ...plain,
    rows: (indices) => datasetFromPlain(subset(plain, indices)),
    toPlain: () => (sharedForm ??= share(plain)),
  };
}

function subset(plain: PlainDataset, indices: ArrayLike<number>): PlainDataset {
  const { columnCount, rowCount } = plain;
  const features = new Float64Array(indices.length * columnCount);
  const target = new Float64Array(indices.length);
  const groups = plain.groups && new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] as number;
    if (!(Number.isInteger(row) && row >= 0 && row < rowCount)) {
      throw new InvalidArgumentError(`rows: ${show(row)} is not a row; the rows are 0 to ${rowCount - 1}`);
    }
    features.set(plain.features.subarray(row * columnCount, (row + 1) * columnCount), i * columnCount);
    target[i] = plain.target[row] as number;
    if (groups !== undefined) groups[i] = plain.groups?.[row] as number;
  }
  return { ...plain, features, target, rowCount: indices.length, ...(groups && { groups }) };
}

function share(plain: PlainDataset): PlainDataset {
  const { features, target, groups } = plain;
  return {
    ...plain,
    features: shared(features),
    target: shared(target),
    ...(groups && { groups: shared(groups) }),
  };
}

/** `array` in shared memory: copied, unless it lies there already or the platform has none. */
function shared<A extends Float64Array | Int32Array>(array: A): A {
  if (typeof SharedArrayBuffer === 'undefined' || array.buffer instanceof SharedArrayBuffer) return array;
  const make = array.constructor as new (buffer: SharedArrayBuffer) => A;
  const copy = new make(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

function isRecords(features: unknown): features is readonly FeatureRecord[] {
  if (!Array.isArray(features)) return false;
  const first: unknown = features[0];
  return typeof first === 'object' && first !== null && !isNumberList(first);
}

function isFlat(features: unknown): features is ArrayLike<number> {
  return ArrayBuffer.isView(features) || (Array.isArray(features) && typeof features[0] === 'number');
}

/** The values of an option that may name a column of the records. */
function column(
  option: 'target' | 'groups',
  given: ArrayLike<Label> | string,
  records: readonly FeatureRecord[] | undefined,
): ArrayLike<unknown> {
  if (typeof given !== 'string') {
    if (typeof given === 'object' && given !== null && isNumberList(given)) return given;
    throw new InvalidDatasetError(`${option} must be an array with one entry per row, not ${show(given)}`);
  }
  const first = records?.[0];
  if (records === undefined || first === undefined) {
    throw new InvalidDatasetError(
      `${option} is a column's name (${show(given)}), so features must be records; they are not`,
    );
  }
  if (!(given in first)) {
    throw new InvalidDatasetError(
      `${option}: there is no column '${given}'; the columns are ${Object.keys(first).join(', ')}`,
    );
  }
  return records.map((record) => record[given]);
}

function defaultNames({ features, target, groups }: DatasetOptions, rowCount: number): readonly string[] {
  if (isRecords(features)) {
    return Object.keys(features[0] ?? {}).filter((name) => name !== target && name !== groups);
  }
  let count: number;
  if (isFlat(features)) {
    count = features.length / rowCount;
    if (!Number.isInteger(count)) {
      throw new InvalidDatasetError(
        `features holds ${features.length} numbers, which is not a multiple of the ${rowCount} rows in target`,
      );
    }
  } else if (isPacked(features)) {
    count = features.columnCount;
  } else {
    count = Array.isArray(features) ? ((features[0] as ArrayLike<number> | undefined)?.length ?? 0) : 1;
  }
  return Array.from({ length: count }, (_, i) => `x${i}`);
}

function packFlat(values: ArrayLike<number>, featureNames: readonly string[]): Features {
  const columnCount = featureNames.length;
  const features = Float64Array.from(values);
  for (let i = 0; i < features.length; i++) {
    checkFeature(features[i], Math.floor(i / columnCount), featureNames[i % columnCount] as string);
  }
  return { features, rowCount: values.length / columnCount, columnCount };
}

function checkLength(name: string, length: number, rowCount: number): void {
  if (length !== rowCount)
    throw new InvalidDatasetError(
      `features has ${rowCount} rows and ${name} has ${length}; they must be equally many`,
    );
}

function checkShape(shape: readonly number[] | undefined, columnCount: number): readonly number[] {
  if (shape === undefined) return [columnCount];
  if (
    Array.isArray(shape) &&
    shape.every((n) => Number.isInteger(n) && n > 0) &&
    shape.reduce((a, b) => a * b, 1) === columnCount
  ) {
    return shape;
  }
  throw new InvalidDatasetError(
    `rowShape must be whole numbers whose product is the number of columns (${columnCount}), not ${show(shape)}`,
  );
}

/** Numbers the groups in order of first appearance. */
function numberGroups(values: ArrayLike<unknown>): Int32Array {
  const numbers = new Map<unknown, number>();
  return Int32Array.from({ length: values.length }, (_, row) => {
    const group = values[row];
    if (group === undefined || group === null || Number.isNaN(group)) {
      throw new InvalidDatasetError(`the group of row ${row} is missing (${show(group)})`);
    }
    const known = numbers.get(group) ?? numbers.size;
    numbers.set(group, known);
    return known;
  });
}
