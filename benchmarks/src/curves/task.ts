import type { SearchSpace } from '@tunable/core';

/** Units of a whole training. */
export const EPOCHS = 27;

/** A problem with learning curves. All are minimized. */
export interface CurveTask {
  readonly name: string;
  /** How the curves came about. */
  readonly kind: 'trained' | 'synthetic' | 'hostile';
  readonly space: SearchSpace;
  /** The validation losses of a configuration after each of its {@link EPOCHS} epochs, one by one; may be infinite. */
  curve(params: never): Iterable<number>;
}

/** What regret is measured by: the final loss of the best configuration known, and the median of random ones. */
export interface Reference {
  readonly best: number;
  readonly median: number;
}

/** How far a final loss is from the best, where 1 is the median of random configurations; in 0 .. 1. */
function regret(loss: number, { best, median }: Reference): number {
  return loss < Infinity ? Math.min(1, Math.max(0, (loss - best) / (median - best))) : 1;
}

/** A trial that was trained in full: how many epochs all trials had taken by then, and its final loss. */
export interface FullTraining {
  readonly epochs: number;
  readonly loss: number;
}

/**
 * The regret of the best of those trained in full within each budget; 1 while there is none.
 *
 * @param budgets in whole trainings.
 */
export function regretsAt(
  budgets: readonly number[],
  complete: readonly FullTraining[],
  reference: Reference,
): number[] {
  return budgets.map((budget) => {
    const inTime = complete.filter(({ epochs }) => epochs <= budget * EPOCHS);
    return inTime.reduce((best, { loss }) => Math.min(best, regret(loss, reference)), 1);
  });
}
