import type { TuneResult } from './tune-result.ts';

/** `accuracy 0.9733 ± 0.021 (#17), untuned 0.9533: {"trees":84,"maxDepth":7}`: what a search has found, in one line. */
export function tuneSummary<P>({
  metric,
  best,
  baseline,
}: Pick<TuneResult<P, unknown>, 'metric' | 'best' | 'baseline'>): string {
  const spread = best.folds.length > 1 ? ` ± ${rounded(best.std, 2)}` : '';
  const untuned =
    baseline === undefined
      ? ''
      : baseline.number === best.number
        ? ', which is the untuned one'
        : `, untuned ${rounded(baseline.value)}`;
  const params = JSON.stringify(best.params, (_, value: unknown) =>
    typeof value === 'number' ? rounded(value) : value,
  );
  return `${metric} ${rounded(best.value)}${spread} (#${best.number})${untuned}: ${params}`;
}

/** To so many digits; whole numbers stay as they are. */
function rounded(value: number, digits = 4): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(digits));
}
