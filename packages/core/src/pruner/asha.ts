import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';
import { checkNumber, checkOptions } from '../options.ts';
import { plural } from '../plural.ts';
import {
  calibrate,
  needsCalibration,
  type Agreement,
  type Calibration,
  type CalibrationPlan,
  type Ladder,
} from './calibration.ts';
import { forecastByCohort } from './cohort-forecast.ts';
import type { JudgedTrial, Pruner, ReportedTrials, Verdict } from './pruner.ts';
import { checkResource, firstComparison, wholeTrial } from './resource.ts';
import { arrivals, checkHalving, failsRung } from './rungs.ts';

/** Options of {@link asha}. */
export interface AshaOptions {
  /**
   * Units of resource (steps reported; step s is unit s + 1) before trials are compared first. `'auto'`, the default: a
   * hundredth of `maxResource`, at least 1.
   */
  minResource?: number | 'auto';
  /**
   * Units of a whole trial. `'auto'`, the default: those of the longest complete trial; nothing is paused or pruned before
   * one is complete.
   */
  maxResource?: number | 'auto';
  /** Eta: one in so many trials passes each rung, and rungs lie this factor apart. At least 2; default 3. */
  reductionFactor?: number;
  /**
   * The share of all resource that is spent on trials that run in full, unselected, to see whether early values tell how
   * trials end; where they do not, trials are no longer compared. The first trial is one of them. In 0 .. 0.9; 0 trusts
   * blindly, and never warns. Default 0.15; 0.2 if `cautious`.
   */
  calibration?: number;
  /**
   * For learning curves that may mislead: the first two trials run in full, and trials are stopped rather than paused and
   * promoted. Slower on ordinary curves. Default false.
   */
  cautious?: boolean;
}

/**
 * Asynchronous successive halving by promotion (ASHA; Li et al., "A system for massively parallel hyperparameter tuning",
 * MLSys 2020, algorithm 2), with a check on itself. At `minResource * reductionFactor^k` units, k = 0, 1, ..., a trial pauses
 * unless it is among the best `1 / reductionFactor` of all that came so far; when a place is free, the best paused trial
 * that is among them by now goes on, from the highest rung down; only if there is none, a new trial starts. When no new
 * trials are to come, the best trial of each rung goes on, so that one is complete.
 *
 * Where trials cannot be paused (see {@link Pruner.judge}) it stops them instead, like `successiveHalving()`: a trial goes on
 * at a rung only if it is among the best of those that came before.
 *
 * Optimizers learn from unfinished trials by the losses at which these would probably have ended, told from the trials that
 * went on.
 *
 * A few calibration trials run in full whatever they report; see {@link AshaOptions.calibration}. While they end in another order
 * than they had at a rung, trials are not compared or promoted at this rung, optimizers do not learn from those that ended
 * there, and the study warns. Wrapped in another pruner, and with several objectives, there is no such check: it stops trials and
 * trusts early values.
 *
 * A trial whose value is NaN or infinitely bad is pruned at once.
 *
 * @throws {InvalidArgumentError} ill-formed options.
 */
export function asha(options: AshaOptions = {}): Pruner {
  const owner = 'asha';
  checkOptions(owner, options, ['minResource', 'maxResource', 'reductionFactor', 'calibration', 'cautious']);
  const { minResource = 'auto', maxResource = 'auto', reductionFactor = 3, cautious = false } = options;
  if (typeof cautious !== 'boolean')
    throw new InvalidArgumentError(`asha: cautious must be true or false, not ${show(cautious)}`);
  checkResource(owner, 'minResource', minResource);
  checkResource(owner, 'maxResource', maxResource, minResource === 'auto' ? 1 : minResource);
  checkHalving(owner, reductionFactor, 0);
  const share = options.calibration ?? (cautious ? 0.2 : 0.15);
  checkNumber(owner, 'calibration', share, { min: 0, max: 0.9 });
  const plan: CalibrationPlan = { share, startupTrials: cautious ? 2 : 1 };
  const trusting: CalibrationPlan = { share: 0, startupTrials: 0 };

  /** Undefined while the length of a whole trial is not known. */
  function ladderOf(others: ReportedTrials): Ladder | undefined {
    const longest = wholeTrial(maxResource, others);
    if (longest === undefined) return undefined;
    const rungs: number[] = [];
    let rung = firstComparison(minResource, longest);
    for (; rung < longest; rung *= reductionFactor) rungs.push(rung);
    return { rungs, maxResource: longest, reductionFactor };
  }

  function judge(
    trial: JudgedTrial,
    others: ReportedTrials,
    canPause: boolean,
    calibrationPlan: CalibrationPlan = plan,
  ): Verdict {
    if (!((trial.losses.at(-1) as number) < Infinity)) return 'prune';
    if (others.isExempt(trial.number)) return 'continue';
    const ladder = ladderOf(others);
    if (ladder === undefined) return 'exempt';
    const rung = rungReached(trial, ladder);
    if (rung === -1) return 'continue';
    const calibration = calibrate(others, ladder, calibrationPlan);
    const { agreements } = calibration;
    if (
      isFirstComparison(trial, ladder) &&
      (needsCalibration(trial.number, others, ladder, calibrationPlan, calibration) ||
        // It will run in full anyway, and so tells whether the doubts are right.
        agreements.every(({ isTrusted }) => !isTrusted))
    )
      return 'exempt';
    if (agreements[rung]?.isTrusted === false) return 'continue';
    if (canPause && !cautious)
      return bestAt(others, ladder, rung, 0).includes(trial.number) ? 'continue' : 'pause';
    const fails = failsRung(trial, others, {
      firstRung: ladder.rungs[0] as number,
      reductionFactor,
      maxResource: ladder.maxResource,
      bootstrapCount: 0,
      competes: () => true,
    });
    return fails ? 'prune' : 'continue';
  }

  function promote(paused: readonly number[], others: ReportedTrials, isLast: boolean): number | undefined {
    const ladder = ladderOf(others);
    if (ladder === undefined) return undefined;
    const { rungs } = ladder;
    const { agreements } = calibrate(others, ladder, plan);
    const candidates = new Set(paused);
    for (let rung = rungs.length - 1; rung >= 0; rung--) {
      if (agreements[rung]?.isTrusted === false && !isLast) continue;
      const promoted = bestAt(others, ladder, rung, isLast ? 1 : 0).find(
        (trial) => candidates.has(trial) && rungOf(others, trial, rungs) === rung,
      );
      if (promoted !== undefined) return promoted;
    }
    return undefined;
  }

  return {
    name: 'asha',
    // Whoever asks this cannot exempt a trial, and so there is nothing to tell trust by.
    shouldPrune: (trial, others) => judge(trial, others, false, trusting) === 'prune',
    judge: (trial, others, canPause) => judge(trial, others, canPause),
    ...(!cautious && { promote }),
    warning(others) {
      const ladder = ladderOf(others);
      return ladder && describeDoubt(ladder, calibrate(others, ladder, plan), cautious);
    },
    forecast(trials, others) {
      const ladder = ladderOf(others);
      if (ladder === undefined) return new Map();
      const { agreements } = calibrate(others, ladder, plan);
      const telling = trials.filter(
        (trial) => agreements[rungOf(others, trial, ladder.rungs)]?.isTrusted !== false,
      );
      return forecastByCohort(telling, others, Math.ceil(ladder.maxResource) - 1);
    },
  };
}

/** The rung at which a trial stands; -1 before the first. */
function rungOf(others: ReportedTrials, trial: number, rungs: readonly number[]): number {
  const resource = (others.of(trial).steps.at(-1) ?? -1) + 1;
  return rungs.findLastIndex((start) => start <= resource);
}

/** The rung that the newest report is the first to reach; -1 if it reaches none. */
function rungReached({ steps }: JudgedTrial, { rungs, maxResource }: Ladder): number {
  const resource = (steps.at(-1) as number) + 1;
  if (resource >= maxResource) return -1;
  const rung = rungs.findLastIndex((start) => start <= resource);
  if (rung === -1) return -1;
  const isFirst = steps.every((step, i) => i === steps.length - 1 || step + 1 < (rungs[rung] as number));
  return isFirst ? rung : -1;
}

/** Whether no earlier report reached a rung; the newest may have leapt over some. */
function isFirstComparison({ steps }: JudgedTrial, { rungs }: Ladder): boolean {
  return steps.every((step, i) => i === steps.length - 1 || step + 1 < (rungs[0] as number));
}

/** The best `1 / reductionFactor` of the trials at a rung (but at least so many), best first; of equal ones the earlier. */
function bestAt(
  others: ReportedTrials,
  { rungs, maxResource, reductionFactor }: Ladder,
  rung: number,
  atLeast: number,
): number[] {
  const { trials, losses } = arrivals(others, rungs[rung] as number, rungs[rung + 1] ?? maxResource);
  const count = Math.max(atLeast, Math.floor(trials.length / reductionFactor));
  const order = Array.from(trials.keys()).filter((i) => (losses[i] as number) < Infinity);
  order.sort((a, b) => (losses[a] as number) - (losses[b] as number) || a - b);
  return order.slice(0, count).map((i) => trials[i] as number);
}

function describeDoubt(
  { rungs, maxResource }: Ladder,
  { agreements, trialCount }: Calibration,
  isCautious: boolean,
): string | undefined {
  const doubts = rungs.flatMap((resource, rung) => {
    const { isTrusted, alike, pairs } = agreements[rung] as Agreement;
    return isTrusted ? [] : [`${Math.round((100 * alike) / pairs)} % after ${resource}`];
  });
  if (doubts.length === 0) return undefined;
  return (
    `asha: early values may mislead here; of the pairs of ${plural(trialCount, 'trial')} that ran in full as a check, only ` +
    `${doubts.join(', ')} of ${maxResource} steps were ordered as at the end (each pair counted by how far apart it ended). Trials are not compared ` +
    `there as long as this holds, but those before may have been chosen badly` +
    (isCautious ? '' : ': consider asha({ cautious: true }) or noPruning()')
  );
}
