import { InvalidDatasetError } from '../errors.ts';
import { show } from '../json.ts';
import type { FeatureRecord, FeatureRows, Features } from './dataset.ts';

/**
 * Packs rows of features into one array and checks that every number is finite. Models call it at the start of
 * `predict`, with the names of the dataset they were trained on.
 *
 * @param rows packed rows (returned as they are), arrays of numbers, or records. A boolean counts as 0 or 1.
 * @param featureNames the columns expected: their number, and for records their names.
 * @throws {InvalidDatasetError} another number of columns, a missing value, text, NaN or an infinity; names row and column.
 */
export function packFeatures(rows: FeatureRows, featureNames: readonly string[]): Features {
  const columnCount = featureNames.length;
  if (isPacked(rows)) {
    if (rows.columnCount === columnCount) return rows;
    throw new InvalidDatasetError(
      `the rows have ${rows.columnCount} columns, expected ${columnCount}: ${listed(featureNames)}`,
    );
  }
  if (!Array.isArray(rows)) {
    throw new InvalidDatasetError(
      `features must be an array of rows (arrays of numbers, or records with a number per name), not ${show(rows)}`,
    );
  }
  const features = new Float64Array(rows.length * columnCount);
  for (const [row, values] of (rows as readonly (ArrayLike<unknown> | FeatureRecord)[]).entries()) {
    if (typeof values !== 'object' || values === null) {
      throw new InvalidDatasetError(
        `row ${row} is ${show(values)}, expected an array of numbers or a record`,
      );
    }
    const isList = isNumberList(values);
    if (isList && values.length !== columnCount) {
      throw new InvalidDatasetError(
        `row ${row} has ${values.length} columns, expected ${columnCount}: ${listed(featureNames)}`,
      );
    }
    for (let column = 0; column < columnCount; column++) {
      const name = featureNames[column] as string;
      const value = isList ? values[column] : values[name];
      features[row * columnCount + column] = checkFeature(value, row, name);
    }
  }
  return { features, rowCount: rows.length, columnCount };
}

/** `value` as a finite number. */
export function checkFeature(value: unknown, row: number, column: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  const place = `column '${column}' of row ${row}`;
  if (value === undefined || value === null || Number.isNaN(value)) {
    throw new InvalidDatasetError(
      `${place} is missing (${show(value)}); leave such rows out, or fill the gaps (with the mean of the column, say), before making a dataset`,
    );
  }
  if (typeof value === 'string') {
    throw new InvalidDatasetError(
      `${place} is text (${show(value)}), and features are numbers; turn the column into numbers (for categories: one column of 0 and 1 per category), or leave it out of featureNames`,
    );
  }
  const advice =
    Array.isArray(value) || ArrayBuffer.isView(value)
      ? '; flatten each row (image.flat(Infinity)), and give rowShape, [28, 28, 1] say, if a network is to see its shape'
      : '';
  throw new InvalidDatasetError(`${place} is ${show(value)}, expected a finite number${advice}`);
}

/** Whether rows are packed already. */
export function isPacked(rows: unknown): rows is Features {
  return (
    typeof rows === 'object' && rows !== null && (rows as Partial<Features>).features instanceof Float64Array
  );
}

/** Whether a row is an array (typed or not) rather than a record. */
export function isNumberList(row: object): row is ArrayLike<unknown> {
  return Array.isArray(row) || ArrayBuffer.isView(row);
}

function listed(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')}, ...` : names.join(', ');
}
