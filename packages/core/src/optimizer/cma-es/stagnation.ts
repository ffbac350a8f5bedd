import type { Distribution } from './distribution.ts';

/** Past this condition number, sampling loses too many digits (Hansen, section B.3, `ConditionCov`). */
const LARGEST_CONDITION = 1e14;
/** A run has converged when it moves by less than this share of its first step size (`TolX`). */
const SMALLEST_SHARE = 1e-12;
/** And it diverges when it has become so many times wider than its first step size (`TolXUp`). */
const LARGEST_GROWTH = 1e4;
/** Losses that differ by less than this share of their size are equal (`TolFun`, made free of the loss's unit). */
const EQUAL_LOSSES = 1e-12;

/**
 * Tells when a run of CMA-ES has nothing left to find: the stopping criteria of Hansen's tutorial (arXiv:1604.00772,
 * section B.3) `ConditionCov`, `TolX`, `TolFun`, `Stagnation` and `TolXUp`.
 */
export class Stagnation {
  readonly #firstSigma: number;
  /** How many generations losses must stand still. */
  readonly #patience: number;
  readonly #stagnationWindow: number;
  readonly #best: number[] = [];
  readonly #medians: number[] = [];

  constructor(dimensions: number, lambda: number, firstSigma: number) {
    this.#firstSigma = firstSigma;
    this.#patience = 10 + Math.ceil((30 * dimensions) / lambda);
    this.#stagnationWindow = 120 + Math.ceil((30 * dimensions) / lambda);
  }

  /**
   * Takes note of a generation.
   *
   * @param losses of the evaluated members, best first.
   */
  observe(losses: readonly number[]): void {
    if (losses.length === 0) return;
    this.#best.push(losses[0]!);
    this.#medians.push(losses[losses.length >> 1]!);
  }

  /** @param continuous the coordinates that have no cells; the others never converge below a cell. */
  isOver(distribution: Distribution, continuous: readonly number[]): boolean {
    return (
      !(distribution.covariance.condition <= LARGEST_CONDITION) ||
      this.#hasConverged(distribution, continuous) ||
      this.#hasDiverged(distribution) ||
      this.#isFlat() ||
      this.#isStagnant()
    );
  }

  #hasConverged(distribution: Distribution, continuous: readonly number[]): boolean {
    const limit = SMALLEST_SHARE * this.#firstSigma;
    return continuous.length > 0 && continuous.every((j) => distribution.deviation(j) < limit);
  }

  #hasDiverged(distribution: Distribution): boolean {
    const limit = LARGEST_GROWTH * this.#firstSigma;
    return distribution.mean.some((_, j) => distribution.deviation(j) > limit);
  }

  #isFlat(): boolean {
    if (this.#best.length < this.#patience) return false;
    let low = Infinity;
    let high = -Infinity;
    for (let i = this.#best.length - this.#patience; i < this.#best.length; i++) {
      low = Math.min(low, this.#best[i]!);
      high = Math.max(high, this.#best[i]!);
    }
    return low === high || high - low <= EQUAL_LOSSES * Math.abs(low);
  }

  /** Whether the newer 30 % of the last fifth of all generations are no better than the older 30 %. */
  #isStagnant(): boolean {
    const count = this.#best.length;
    if (count < this.#stagnationWindow || count % 10 !== 0) return false;
    const window = Math.min(20_000, Math.max(this.#stagnationWindow, Math.ceil(0.2 * count)));
    return [this.#best, this.#medians].every((series) => {
      const recent = series.slice(-window);
      const share = Math.ceil(0.3 * window);
      return median(recent.slice(-share)) >= median(recent.slice(0, share));
    });
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))[numbers.length >> 1]!;
}
