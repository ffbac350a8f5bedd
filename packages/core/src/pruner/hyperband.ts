import { InvalidArgumentError } from '../errors.ts';
import { hashIntegers } from '../math/random.ts';
import { checkNumber, checkOptions } from '../options.ts';
import type { Pruner } from './pruner.ts';
import { checkResource, wholeTrial } from './resource.ts';
import { checkHalving, failsRung } from './rungs.ts';

/** Options of {@link hyperband}. */
export interface HyperbandOptions {
  /** Units of resource (steps reported; step s is unit s + 1) before a trial is judged first. Default 1. */
  minResource?: number;
  /**
   * Units of a whole trial. `'auto'`, the default: those of the longest complete trial; nothing is pruned before one is
   * complete. Give it when trials differ in length.
   */
  maxResource?: number | 'auto';
  /** Eta: one in so many trials passes each rung, and rungs lie this factor apart. At least 2; default 3. */
  reductionFactor?: number;
  /** The first so many trials at each rung are pruned there. Needs a `maxResource`. Default 0. */
  bootstrapCount?: number;
}

/**
 * Hyperband (Li et al., JMLR 18, 2018), asynchronous: successive halving in several brackets, which judge first at
 * `minResource`, at `reductionFactor` times that, and so on, the last one not at all; so it does well whether early values
 * tell much or little. Trials compete within their bracket, which is a function of the study's seed and the trial's
 * number; brackets get trials in the shares of Hyperband's schedule, as in Optuna's `HyperbandPruner`.
 *
 * With several objectives the best trials are those of the first non-dominated fronts, and of a front that passes in part
 * those that spread over it, as in multi-objective ASHA (Schmucker et al. 2021).
 *
 * @throws {InvalidArgumentError} ill-formed options.
 */
export function hyperband(options: HyperbandOptions = {}): Pruner {
  const owner = 'hyperband';
  checkOptions(owner, options, ['minResource', 'maxResource', 'reductionFactor', 'bootstrapCount']);
  const { minResource = 1, maxResource = 'auto', reductionFactor = 3, bootstrapCount = 0 } = options;
  checkNumber(owner, 'minResource', minResource, { min: 1, max: Number.MAX_SAFE_INTEGER });
  checkResource(owner, 'maxResource', maxResource, minResource);
  checkHalving(owner, reductionFactor, bootstrapCount);
  if (maxResource === 'auto' && bootstrapCount > 0) {
    throw new InvalidArgumentError("hyperband: bootstrapCount needs a maxResource other than 'auto'");
  }
  return {
    name: 'hyperband',
    looksAt: 'objectives',
    shouldPrune(trial, others) {
      const longest = wholeTrial(maxResource, others);
      if (longest === undefined) return false;
      const shares = bracketShares(minResource, longest, reductionFactor);
      const total = shares.reduce((sum, share) => sum + share, 0);
      const bracketOf = (number: number) => bracketAt(shares, hashIntegers([others.seed, number]) % total);
      const bracket = bracketOf(trial.number);
      return failsRung(trial, others, {
        firstRung: minResource * reductionFactor ** bracket,
        reductionFactor,
        maxResource: longest,
        bootstrapCount,
        competes: (other) => bracketOf(other) === bracket,
      });
    },
  };
}

/**
 * How the trials are shared out to the brackets, in whole numbers: bracket b of B gets ceil(B eta^(B-1-b) / (B-b)) (Li et
 * al. 2018, algorithm 1, with s = B-1-b). B is one more than how often `maxResource` can be divided by eta.
 */
function bracketShares(minResource: number, maxResource: number, eta: number): number[] {
  let B = 1;
  while (minResource * eta ** B <= maxResource) B++;
  return Array.from({ length: B }, (_, b) => Math.ceil((B * eta ** (B - 1 - b)) / (B - b)));
}

/** The bracket that holds `place` when the shares are laid end to end. */
function bracketAt(shares: readonly number[], place: number): number {
  let rest = place;
  let bracket = 0;
  while (rest >= (shares[bracket] as number)) rest -= shares[bracket++] as number;
  return bracket;
}
