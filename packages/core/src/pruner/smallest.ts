/** The smallest of `numbers[start .. end-1]`, NaN left out; NaN when there is none. */
export function smallest(numbers: readonly number[], start = 0, end: number = numbers.length): number {
  let least = Number.NaN;
  for (let i = start; i < end; i++) {
    const x = numbers[i] as number;
    if (x < least || Number.isNaN(least)) least = x;
  }
  return least;
}
