import { InvalidArgumentError, UnsupportedError } from '../../errors.ts';
import { show } from '../../json.ts';
import { checkNumber, checkOptions } from '../../options.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import type { History } from '../../study/history.ts';
import type { Optimizer } from '../optimizer.ts';
import type { RestartStrategy } from './restarts.ts';
import { Search } from './search.ts';
import { defaultPopulationSize } from './strategy.ts';

/** Options of {@link cmaEs}. */
export interface CmaEsOptions {
  /** Trials per generation; at least 4. Default 4 + floor(3 ln d), d being the number of leaves. */
  populationSize?: number;
  /** The first step size, in shares of each range: above 0, at most 1. Default 0.2. */
  sigma?: number;
  /**
   * Whether to learn a variance per parameter only, and no correlations: costs grow linearly with the number of
   * parameters and learning is faster, but rotated valleys are followed slowly. Default `'auto'`: above 100 parameters.
   */
  separable?: boolean | 'auto';
  /**
   * What happens when the search has converged. `'ipop'`: it starts again elsewhere with twice the population;
   * `'bipop'` (the default): such runs take turns with shorter ones of small populations and steps; `'none'`: it goes on
   * where it is.
   */
  restarts?: RestartStrategy;
  /**
   * Whether to begin where earlier trials of the study, proposed by others, were good. Takes at least ten complete ones;
   * otherwise the search begins at the declared defaults, and at mid-range where there is none. Default true.
   */
  warmStart?: boolean;
}

const OPTION_NAMES = ['populationSize', 'sigma', 'separable', 'restarts', 'warmStart'] as const;

/** From more dimensions on, a full covariance costs more time and trials than it gives. */
const MOST_FULL_DIMENSIONS = 100;

/**
 * CMA-ES: draws from a normal distribution whose mean, step size and covariance follow the best trials of each
 * generation (Hansen, "The CMA Evolution Strategy: A Tutorial", 2016, arXiv:1604.00772, with negative weights). For
 * several hundred trials and more of mostly numeric parameters and one objective.
 *
 * - Whole numbers, steps and ordered categories are searched with a margin, so that none settles too early; see
 *   `Margin`. Nominal categories have probabilities that follow the best trials, independently of each other; see
 *   `Categories`. Where a leaf is inactive, its coordinate stays as it is on average; see `Locator`.
 * - At bounds the search line turns back, so that optima on a bound are approached like any other; see `bounds.ts`.
 * - Constraints: feasible trials are better than infeasible ones, which are ranked by violation; pruned ones come next,
 *   and failed ones last.
 * - Generations are made of the optimizer's own trials, in the order in which they finish, so that concurrent trials
 *   wait for nothing; see `TrialSequence`. Enqueued trials and those of other optimizers serve as a warm start at most.
 *
 * @throws {InvalidArgumentError} an unknown option or one out of range.
 */
export function cmaEs(options: CmaEsOptions = {}): Optimizer {
  checkOptions('cmaEs', options, OPTION_NAMES);
  const { populationSize, sigma = 0.2, separable = 'auto', restarts = 'bipop', warmStart = true } = options;
  if (populationSize !== undefined) {
    checkNumber('cmaEs', 'populationSize', populationSize, { min: 4, integer: true });
  }
  checkNumber('cmaEs', 'sigma', sigma, { min: Number.MIN_VALUE, max: 1 });
  checkOneOf('separable', separable, [true, false, 'auto']);
  checkOneOf('restarts', restarts, ['none', 'ipop', 'bipop']);
  checkOneOf('warmStart', warmStart, [true, false]);

  const createSearch = (history: History, seed: number): Search => {
    const dimensions = countDimensions(history.space);
    return new Search(history, seed, {
      name: 'cmaEs',
      populationSize: populationSize ?? defaultPopulationSize(history.space.leaves.length),
      sigma,
      isSeparable: separable === 'auto' ? dimensions > MOST_FULL_DIMENSIONS : separable,
      restarts,
      warmStart,
    });
  };
  const searches = new WeakMap<History, Search>();
  return {
    name: 'cmaEs',
    check: ({ directions }) => {
      if (directions.length > 1) {
        throw new UnsupportedError(
          `cmaEs serves one objective, not ${directions.length}; use nsga2(), tpe() or auto() for several`,
        );
      }
    },
    suggest: (context) => {
      const { history, seed } = context;
      let search = searches.get(history);
      if (search === undefined || search.seed !== seed || search.isStale(history)) {
        search = createSearch(history, seed);
        searches.set(history, search);
      }
      search.advance(history);
      return search.propose(context);
    },
  };
}

function countDimensions(space: SearchSpace): number {
  return space.leaves.filter(({ parameter }) => !parameter.isNominal).length;
}

function checkOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  throw new InvalidArgumentError(
    `cmaEs: ${name} must be one of ${allowed.map(show).join(', ')}, not ${show(value)}`,
  );
}
