import type { ReportedTrials } from './pruner.ts';

/** Where trials are compared, in units of resource. */
export interface Ladder {
  /** Ascending, all below `maxResource`. */
  readonly rungs: readonly number[];
  /** The units of a whole trial. */
  readonly maxResource: number;
  /** One in so many trials passes a rung. */
  readonly reductionFactor: number;
}

/** How much is spent on calibration. */
export interface CalibrationPlan {
  /** The share of all resource that goes to calibration trials, in 0 .. 1. */
  readonly share: number;
  /** So many of the first trials are calibration trials. */
  readonly startupTrials: number;
}

/** What the calibration trials have shown. */
export interface Calibration {
  /** The calibration trials: they run in full, whatever they report. */
  readonly trials: ReadonlySet<number>;
  /** How many of them are complete. */
  readonly completeCount: number;
  /** By rung: whether trials may be selected by their values there. */
  readonly isTrusted: readonly boolean[];
}

/**
 * Do early values tell how trials end? A few trials, taken as they come, run in full. Of every two that are complete, it is
 * seen whether they are ordered at a rung as they are at the end. A rung is trusted while its concordance, (2 + pairs
 * ordered alike) / (3 + untied pairs), is at least 0.6.
 *
 * Which trials these are depends on nothing but trial numbers and what earlier calibration trials reported, so that it can
 * be told at any time: after each, so many trials pass as keep its share of the resource at `share`, if one in
 * `reductionFactor` passes each trusted rung. Once four are complete and the concordance is 0.7 everywhere, a quarter of
 * the share is enough. The rule and its constants were found by experiment, on learning curves of real networks and on
 * curves made to mislead.
 *
 * @param lastTrial the highest trial number of interest.
 */
export function calibrate(
  others: ReportedTrials,
  ladder: Ladder,
  plan: CalibrationPlan,
  lastTrial: number,
): Calibration {
  const { rungs, maxResource } = ladder;
  const trials = new Set<number>();
  const curves: Curve[] = [];
  const alike = rungs.map(() => 0);
  const untied = rungs.map(() => 0);
  const concordance = (rung: number): number => (2 + alike[rung]!) / (3 + untied[rung]!);
  let isTrusted = rungs.map(() => true);
  for (let trial = 0; plan.share > 0 && trial <= lastTrial;) {
    trials.add(trial);
    if (others.isComplete(trial)) {
      const curve = curveOf(others, trial, rungs);
      for (const other of curves) {
        for (const rung of rungs.keys()) {
          const order = Math.sign(curve.atRungs[rung]! - other.atRungs[rung]!);
          const finalOrder = Math.sign(curve.final - other.final);
          if (!(order !== 0 && finalOrder !== 0)) continue;
          untied[rung]!++;
          if (order === finalOrder) alike[rung]!++;
        }
      }
      curves.push(curve);
      isTrusted = rungs.map((_, rung) => concordance(rung) >= 0.6);
    }
    const isConfirmed = curves.length >= 4 && rungs.every((_, rung) => concordance(rung) >= 0.7);
    const share = isConfirmed ? plan.share / 4 : plan.share;
    const gap = (maxResource * (1 - share)) / (share * expectedCost(ladder, isTrusted));
    trial += trials.size < plan.startupTrials ? 1 : Math.max(1, Math.round(gap));
  }
  return { trials, completeCount: curves.length, isTrusted };
}

/** What a complete trial reported: its losses at the rungs, and its last one. NaN counts as infinitely bad. */
interface Curve {
  readonly atRungs: readonly number[];
  readonly final: number;
}

function curveOf(others: ReportedTrials, trial: number, rungs: readonly number[]): Curve {
  const { steps, losses } = others.of(trial);
  const lossAt = (index: number): number => {
    const loss = losses[index];
    return loss === undefined || Number.isNaN(loss) ? Infinity : loss;
  };
  return {
    atRungs: rungs.map((rung) => lossAt(steps.findIndex((step) => step + 1 >= rung))),
    final: lossAt(steps.length - 1),
  };
}

/** The mean resource of a trial that is no calibration trial, where one in `reductionFactor` passes each trusted rung. */
function expectedCost(
  { rungs, maxResource, reductionFactor }: Ladder,
  isTrusted: readonly boolean[],
): number {
  let cost = rungs[0] ?? maxResource;
  let passing = 1;
  for (const [rung, resource] of rungs.entries()) {
    if (isTrusted[rung]!) passing /= reductionFactor;
    cost += passing * ((rungs[rung + 1] ?? maxResource) - resource);
  }
  return cost;
}
