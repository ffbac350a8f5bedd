import type { Outputs } from '../runtime.ts';

/**
 * How far outputs are from others: the largest difference of two numbers, divided by the largest of `expected`. Infinity if a name,
 * a length or a NaN differs. Outputs that are no numbers are not compared.
 */
export function outputDifference(outputs: Outputs, expected: Outputs): number {
  let worst = 0;
  for (const [name, value] of Object.entries(expected)) {
    const theirs = numbers(value);
    const ours = numbers(outputs[name]);
    if (theirs === undefined) continue;
    if (ours === undefined || ours.length !== theirs.length) return Infinity;
    let largest = 0;
    let difference = 0;
    for (let i = 0; i < theirs.length; i++) {
      const a = Number(theirs[i]);
      const b = Number(ours[i]);
      if (Object.is(a, b)) continue;
      const distance = a === b ? 0 : Math.abs(a - b);
      if (Number.isNaN(distance)) return Infinity;
      difference = Math.max(difference, distance);
    }
    for (let i = 0; i < theirs.length; i++) largest = Math.max(largest, Math.abs(Number(theirs[i])) || 0);
    if (difference > 0) worst = Math.max(worst, difference / Math.max(largest, Number.MIN_VALUE));
  }
  return worst;
}

function numbers(value: unknown): ArrayLike<number | bigint> | undefined {
  const { data, type } = (value ?? {}) as { data?: unknown; type?: unknown };
  // Half precision arrives as bit patterns, which do not compare as numbers do.
  if (!ArrayBuffer.isView(data) || type === 'float16') return undefined;
  return data as unknown as ArrayLike<number | bigint>;
}
