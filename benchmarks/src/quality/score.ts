import type { Problem } from '../problem/problem.ts';

/** The numbers of evaluations after which regret is reported. */
export const CHECKPOINTS = [10, 25, 50, 100, 200] as const;

/** What one run on one problem came to. */
export interface RunScore {
  /** Regret after each of {@link CHECKPOINTS} that the run reached. */
  readonly regrets: readonly number[];
  /** Mean regret over evaluations 1 to 100, or over all of a shorter run. */
  readonly auc: number;
}

/** One evaluation, as the optimizer saw it and as it is. */
export interface Evaluated {
  readonly observed: number;
  readonly truth: number;
}

/** The regret of the incumbent, the configuration with the lowest *observed* value so far, after each evaluation. */
export function regretTrace(problem: Problem, run: readonly Evaluated[]): number[] {
  let lowest = Infinity;
  let regret = 1;
  return run.map(({ observed, truth }) => {
    if (observed < lowest) {
      lowest = observed;
      regret = problem.regret(truth);
    }
    return regret;
  });
}

/** Sums up a run. */
export function scoreRun(trace: readonly number[]): RunScore {
  const regrets = CHECKPOINTS.filter((n) => n <= trace.length).map((n) => trace[n - 1] as number);
  return { regrets, auc: mean(trace.slice(0, 100)) };
}

/**
 * Decimal digits of progress, as a share of four: 0 at the median of random configurations, 1 at a regret of 1e-4 or
 * less. Tells apart good optimizers that regret calls equal.
 */
export function digits(regret: number): number {
  return Math.min(1, Math.max(0, -Math.log10(Math.max(regret, 1e-4)) / 4));
}

/** The arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
