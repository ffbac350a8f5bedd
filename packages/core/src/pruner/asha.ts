import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';
import { checkNumber, checkOptions } from '../options.ts';
import { calibrate, type Calibration, type Ladder } from './calibration.ts';
import type { JudgedTrial, Pruner, ReportedTrials } from './pruner.ts';
import { arrivals, checkHalving, failsRung, longestComplete } from './rungs.ts';

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
  /**
   * Eta: one in so many trials passes each rung, and rungs lie this factor apart. At least 2. Default 2 where trials are
   * paused, 3 where they are stopped.
   */
  reductionFactor?: number;
  /**
   * The share of all resource that is spent on trials that run in full, unselected, to see whether early values tell how
   * trials end; where they do not, trials are no longer compared. In 0 .. 0.9; 0 trusts blindly, and never warns. Default
   * 0.15; 0.2 if `cautious`.
   */
  calibration?: number;
  /**
   * For learning curves that may mislead: the first two trials run in full, and trials are stopped, one in three passing
   * each rung, rather than paused and promoted. Slower on ordinary curves. Default false.
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
 * Where trials cannot be paused (see {@link Pruner.judge}) it stops them instead: a trial goes on at a rung only if it is among
 * the best of those that came before.
 *
 * A few calibration trials run in full whatever they report; see {@link AshaOptions.calibration}. When they end in another order
 * than they had at a rung, trials are not compared at this rung any more, and the study warns.
 *
 * A trial whose value is NaN or infinitely bad is pruned at once.
 *
 * @throws {InvalidArgumentError} ill-formed options.
 */
export function asha(options: AshaOptions = {}): Pruner {
  const owner = 'asha';
  checkOptions(owner, options, ['minResource', 'maxResource', 'reductionFactor', 'calibration', 'cautious']);
  const { minResource = 'auto', maxResource = 'auto', reductionFactor, cautious = false } = options;
  if (typeof cautious !== 'boolean')
    throw new InvalidArgumentError(`asha: cautious must be true or false, not ${show(cautious)}`);
  if (minResource !== 'auto') checkNumber(owner, "minResource (if not 'auto')", minResource, { min: 1 });
  if (maxResource !== 'auto') {
    const min = minResource === 'auto' ? 1 : minResource;
    checkNumber(owner, "maxResource (if not 'auto')", maxResource, { min });
  }
  if (reductionFactor !== undefined) checkHalving(owner, reductionFactor, 0);
  const plan = {
    share: checkNumber(owner, 'calibration', options.calibration ?? (cautious ? 0.2 : 0.15), {
      min: 0,
      max: 0.9,
    }),
    startupTrials: cautious ? 2 : 1,
  };

  /** Undefined while the length of a whole trial is not known. */
  function ladderOf(others: ReportedTrials, defaultFactor: number): Ladder | undefined {
    const longest = maxResource === 'auto' ? longestComplete(others) : maxResource;
    if (longest === undefined) return undefined;
    const factor = reductionFactor ?? defaultFactor;
    const rungs: number[] = [];
    let rung = minResource === 'auto' ? Math.max(1, Math.floor(longest / 100)) : minResource;
    for (; rung < longest; rung *= factor) rungs.push(rung);
    return { rungs, maxResource: longest, reductionFactor: factor };
  }

  function calibrationUpTo(trial: number, others: ReportedTrials, ladder: Ladder): Calibration {
    return calibrate(others, ladder, plan, Math.max(trial, highestNumber(others)));
  }

  const stopping: Pruner = {
    name: 'asha',
    shouldPrune(trial, others) {
      if (isDead(trial)) return true;
      const ladder = ladderOf(others, STOPPING_FACTOR);
      const rung = ladder === undefined ? -1 : rungReached(trial, ladder);
      if (ladder === undefined || rung === -1) return false;
      const { trials, isTrusted } = calibrationUpTo(trial.number, others, ladder);
      if (trials.has(trial.number) || isTrusted[rung] === false) return false;
      return failsRung(trial, others, {
        firstRung: ladder.rungs[0] as number,
        reductionFactor: ladder.reductionFactor,
        maxResource: ladder.maxResource,
        bootstrapCount: 0,
        competes: () => true,
      });
    },
    warning(others) {
      const ladder = ladderOf(others, cautious ? STOPPING_FACTOR : PAUSING_FACTOR);
      if (ladder === undefined || plan.share === 0) return undefined;
      return describeDoubt(ladder, calibrationUpTo(0, others, ladder), cautious);
    },
  };
  if (cautious) return stopping;

  return {
    ...stopping,
    judge(trial, others) {
      if (isDead(trial)) return 'prune';
      const ladder = ladderOf(others, PAUSING_FACTOR);
      const rung = ladder === undefined ? -1 : rungReached(trial, ladder);
      if (ladder === undefined || rung === -1) return 'continue';
      const { trials, isTrusted } = calibrationUpTo(trial.number, others, ladder);
      if (trials.has(trial.number) || isTrusted[rung] === false) return 'continue';
      return bestAt(others, ladder, rung, 0).includes(trial.number) ? 'continue' : 'pause';
    },
    promote(paused, others, isLast) {
      const ladder = ladderOf(others, PAUSING_FACTOR);
      if (ladder === undefined) return undefined;
      const candidates = new Set(paused);
      for (let rung = ladder.rungs.length - 1; rung >= 0; rung--) {
        const start = ladder.rungs[rung] as number;
        const end = ladder.rungs[rung + 1] ?? ladder.maxResource;
        const promoted = bestAt(others, ladder, rung, isLast ? 1 : 0).find((trial) => {
          if (!candidates.has(trial)) return false;
          const resource = (others.of(trial).steps.at(-1) as number) + 1;
          return resource >= start && resource < end;
        });
        if (promoted !== undefined) return promoted;
      }
      return undefined;
    },
  };
}

const PAUSING_FACTOR = 2;
const STOPPING_FACTOR = 3;

function isDead({ losses }: JudgedTrial): boolean {
  return !((losses.at(-1) as number) < Infinity);
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

function highestNumber(others: ReportedTrials): number {
  const first = others.steps[0];
  if (first === undefined) return -1;
  let highest = -1;
  for (const trial of others.at(first).trials) if (trial > highest) highest = trial;
  return highest;
}

function describeDoubt(
  { rungs, maxResource }: Ladder,
  { completeCount, isTrusted }: Calibration,
  isCautious: boolean,
): string | undefined {
  const doubtful = rungs.filter((_, rung) => isTrusted[rung] === false);
  if (doubtful.length === 0) return undefined;
  return (
    `early values mislead in this study: ${completeCount} trials that ran in full as a check ended in another order ` +
    `than they had after ${doubtful.join(', ')} of ${maxResource} steps, so trials are no longer compared there; ` +
    `the trials so far may have been chosen badly` +
    (isCautious ? '' : ': consider asha({ cautious: true }) or noPruning()')
  );
}
