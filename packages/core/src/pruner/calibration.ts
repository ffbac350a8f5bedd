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

/** How much is spent on calibration: on trials that run in full, unselected. */
export interface CalibrationPlan {
  /** The share of all resource, in 0 .. 1; 0 for none, and blind trust. */
  readonly share: number;
  /** At least so many of the first trials are calibration trials. */
  readonly startupTrials: number;
}

/** What the calibration trials have shown. */
export interface Calibration {
  /** By rung. */
  readonly agreements: readonly Agreement[];
  /** How many trials they rest on: complete ones that ran in full. */
  readonly trialCount: number;
  /** Whether they agree so well that a quarter of the share is enough from now on. */
  readonly isConfirmed: boolean;
}

/** How the order of the calibration trials at a rung agrees with that at their end. */
export interface Agreement {
  /**
   * The pairs of trials that differ at the rung and at the end, each counted by how far apart its trials end: by the share of
   * the farthest distance between any two, in 0 .. 1.
   */
  readonly pairs: number;
  /** Those of them that are ordered alike, counted likewise. */
  readonly alike: number;
  /** Whether trials may be selected by their values there. */
  readonly isTrusted: boolean;
}

/**
 * Do early values tell how trials end? Of every two complete calibration trials, which are those that are exempt from
 * judgement, it is seen whether they are ordered at a rung as they are at the end. A pair counts by how far apart its trials
 * end: to confuse two that end alike costs nothing, and where many end alike their order is mostly noise. A rung is trusted
 * while its concordance, (2 + pairs ordered alike) / (3 + pairs), is at least 0.6; it is confirmed once four are
 * complete and the concordance is 0.7 everywhere. The rule and its constants were found by experiment, on learning curves of
 * real networks and on curves made to mislead; with all pairs counted in full, half as many runs again doubted curves of
 * the ordinary kind.
 */
export function calibrate(
  others: ReportedTrials,
  { rungs }: Ladder,
  { share }: CalibrationPlan,
): Calibration {
  const curves: Curve[] = [];
  if (share > 0) {
    for (const [trial] of resources(others))
      if (others.isExempt(trial) && others.isComplete(trial)) curves.push(curveOf(others, trial, rungs));
  }
  const ends = curves.map(({ final }) => final).filter(Number.isFinite);
  const farthest = ends.length < 2 ? 0 : Math.max(...ends) - Math.min(...ends);
  const counts = rungs.map((_, rung) => countPairs(curves, rung, farthest));
  const concordances = counts.map(({ alike, pairs }) => (2 + alike) / (3 + pairs));
  return {
    agreements: counts.map((count, rung) => ({ ...count, isTrusted: concordances[rung]! >= 0.6 })),
    trialCount: curves.length,
    isConfirmed: curves.length >= 4 && concordances.every((concordance) => concordance >= 0.7),
  };
}

function countPairs(
  curves: readonly Curve[],
  rung: number,
  farthest: number,
): { pairs: number; alike: number } {
  let pairs = 0;
  let alike = 0;
  for (const [i, a] of curves.entries()) {
    for (const b of curves.slice(0, i)) {
      const order = Math.sign(a.atRungs[rung]! - b.atRungs[rung]!);
      const finalOrder = Math.sign(a.final - b.final);
      // NaN: both are infinite.
      if (Number.isNaN(order * finalOrder) || order * finalOrder === 0) continue;
      const weight = Math.min(1, Math.abs(a.final - b.final) / farthest);
      pairs += weight;
      if (order === finalOrder) alike += weight;
    }
  }
  return { pairs, alike };
}

/**
 * Whether a trial that is about to be compared for the first time should be a calibration trial instead. The first trials of
 * a study always are, whichever of those that run at the same time comes first.
 */
export function needsCalibration(
  trial: number,
  others: ReportedTrials,
  { maxResource }: Ladder,
  plan: CalibrationPlan,
  { isConfirmed }: Calibration,
): boolean {
  if (plan.share === 0) return false;
  if (trial < plan.startupTrials) return true;
  let count = 0;
  let spentOnCalibration = 0;
  let spent = 0;
  for (const [other, resource] of resources(others)) {
    spent += resource;
    if (!others.isExempt(other)) continue;
    count++;
    // A running one will take what the whole takes.
    spentOnCalibration += maxResource;
  }
  if (count < plan.startupTrials) return true;
  return spentOnCalibration < (isConfirmed ? plan.share / 4 : plan.share) * spent;
}

/** The units that each trial has spent, by trial. */
function resources(others: ReportedTrials): ReadonlyMap<number, number> {
  const spent = new Map<number, number>();
  for (const step of others.steps) for (const trial of others.at(step).trials) spent.set(trial, step + 1);
  return spent;
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
