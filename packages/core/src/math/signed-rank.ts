import { normalCdf } from './normal.ts';

/** Up to so many differences the distribution is computed exactly, at a cost of n^3; beyond, it is close to normal. */
const EXACT = 50;

/**
 * The p-value of Wilcoxon's signed-rank test of differences that lie symmetrically about zero, against the alternative
 * that they tend to be greater: the probability of a sum of positive ranks as large as this one (Wilcoxon, "Individual
 * comparisons by ranking methods", Biometrics Bulletin 1, 1945). Ties share their mean rank, and zeros count half as positive.
 *
 * Up to 50 differences the probability is exact, with ties and zeros too; beyond, the normal approximation with a
 * correction for ties, without one for continuity.
 *
 * @param differences finite numbers; at least one.
 */
export function signedRankPValue(differences: readonly number[]): number {
  const n = differences.length;
  const sorted = differences.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  // Twice the rank of each, which is whole.
  const ranks = new Int32Array(n);
  let tieCorrection = 0;
  for (let start = 0, end = 0; start < n; start = end) {
    const size = Math.abs(sorted[start] as number);
    while (end < n && Math.abs(sorted[end] as number) === size) end++;
    ranks.fill(start + 1 + end, start, end);
    const ties = end - start;
    tieCorrection += ties ** 3 - ties;
  }
  let positive = 0;
  let zero = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const rank = ranks[i] as number;
    if (sorted[i] === 0) {
      zero += rank;
      ranks[i] = 0;
    } else {
      total += rank;
      if ((sorted[i] as number) > 0) positive += rank;
    }
  }
  if (n <= EXACT) return upperTail(ranks, total, positive);
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - tieCorrection / 2) / 24);
  return normalCdf((mean - (positive + zero / 2) / 2) / deviation);
}

/** The probability that the sum of weights, each of which counts or not with equal chance, is at least `sum`. */
function upperTail(weights: Int32Array, total: number, sum: number): number {
  const probability = new Float64Array(total + 1);
  probability[0] = 1;
  let reached = 0;
  for (const weight of weights) {
    if (weight === 0) continue;
    reached += weight;
    for (let s = reached; s >= 0; s--) {
      const without = probability[s] as number;
      probability[s] = 0.5 * (without + (s < weight ? 0 : (probability[s - weight] as number)));
    }
  }
  let tail = 0;
  for (let s = total; s >= sum; s--) tail += probability[s] as number;
  return tail;
}
