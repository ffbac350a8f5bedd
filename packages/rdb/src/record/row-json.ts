/** A row as JSON: a list of numbers, null for NaN. */
export function printRow(row: Float64Array): string {
  // JSON has null for NaN by itself.
  return JSON.stringify(Array.from(row));
}

/** The row of a parsed {@link printRow}. */
export function readRow(numbers: readonly (number | null)[]): Float64Array {
  return Float64Array.from(numbers, (x) => x ?? Number.NaN);
}
