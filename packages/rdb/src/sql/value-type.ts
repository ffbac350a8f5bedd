/**
 * A double as two columns, `value` and `value_type`, since columns do not take infinities and NaN everywhere: Optuna's way
 * in `trial_values` and `trial_intermediate_values`.
 */
export function toValueColumns(x: number): [value: number | null, type: string] {
  if (Number.isFinite(x)) return [x, 'FINITE'];
  if (Number.isNaN(x)) return [null, 'NAN'];
  return [null, x > 0 ? 'INF_POS' : 'INF_NEG'];
}

/** The double that two columns hold. */
export function fromValueColumns(value: number | null, type: string): number {
  switch (type) {
    case 'INF_POS':
      return Number.POSITIVE_INFINITY;
    case 'INF_NEG':
      return Number.NEGATIVE_INFINITY;
    default:
      // Optuna 2 kept NaN as null, whatever the type says.
      return value ?? Number.NaN;
  }
}
