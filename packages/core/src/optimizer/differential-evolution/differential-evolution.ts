import { UnsupportedError } from '../../errors.ts';
import type { Random } from '../../math/random.ts';
import { checkNumber, checkOptions } from '../../options.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import type { History } from '../../study/history.ts';
import { equalsTrial } from '../genetic/breed.ts';
import { mutateOneGene } from '../genetic/mutate.ts';
import type { Optimizer, SuggestContext, Suggestion } from '../optimizer.ts';
import { sobol } from '../sobol/sobol.ts';
import { cross, type Parents } from './cross.ts';
import { Slots } from './slots.ts';

/** Options of {@link differentialEvolution}. */
export interface DifferentialEvolutionOptions {
  /** How many trials are in the population; at least 4. Default 2 per parameter, 20 at least and 100 at most. */
  populationSize?: number;
  /** The share of the population that counts as the best, 0 to 1; one trial at least. Default 0.1. */
  bestShare?: number;
}

/** Parents in a row whose child the study may reject; from a fifth on, children are mutated besides. */
const ACCEPTED_CHILDREN = 50;
/** The distribution index of these mutations: wide ones. */
const MUTATION_ETA = 5;

/**
 * Differential evolution (Storn & Price 1997) for many cheap trials of one objective that run concurrently: a child
 * competes with one trial only, so nothing ever waits for a generation to be complete. Serves every space.
 *
 * Children move from their target towards one of the best, and by the difference of two others; see `cross`. The
 * scale F and the crossover rate CR are drawn for each child, so that none needs tuning: F uniformly from 0.5 to 1
 * ("dither"), and CR is 0.9 for two children in three and 0.2 for the third, which serves problems whose parameters
 * hardly interact (as in Wang, Cai & Zhang, "Differential evolution with composite trial vector generation strategies
 * and control parameters", 2011). The first trials are quasi-random.
 *
 * Constraints: feasible trials are better than infeasible ones, which are ranked by violation; pruned ones come next, and
 * failed ones are never in the population.
 *
 * @throws {InvalidArgumentError} an unknown option or one out of range.
 */
export function differentialEvolution(options: DifferentialEvolutionOptions = {}): Optimizer {
  checkOptions('differentialEvolution', options, ['populationSize', 'bestShare']);
  const { populationSize, bestShare = 0.1 } = options;
  if (populationSize !== undefined) {
    checkNumber('differentialEvolution', 'populationSize', populationSize, {
      min: 4,
      max: 1e6,
      integer: true,
    });
  }
  checkNumber('differentialEvolution', 'bestShare', bestShare, { min: 0, max: 1 });

  const populations = new WeakMap<History, Slots>();
  const initial = sobol();
  return {
    name: 'differentialEvolution',
    check: ({ directions }) => {
      if (directions.length > 1) {
        throw new UnsupportedError(
          `differentialEvolution serves one objective, not ${directions.length}; use nsga2(), tpe() or auto() for several`,
        );
      }
    },
    suggest: (context) => {
      const { history, space, random } = context;
      let slots = populations.get(history);
      if (slots === undefined) {
        populations.set(history, (slots = new Slots(populationSize ?? defaultSize(space))));
      }
      slots.advance(history);
      // With failures, some slots may stay empty for long: three quarters are enough.
      if (slots.ranked.length < Math.max(4, 0.75 * slots.holders.length)) {
        return { row: initial.suggest(context)?.row ?? space.sampleRow(random), why: 'initial population' };
      }
      return drawChild(context, slots, bestShare);
    },
  };
}

function defaultSize({ leaves }: SearchSpace): number {
  return Math.min(100, Math.max(20, 2 * leaves.length));
}

function drawChild(
  { number, space, history, random, accepts }: SuggestContext,
  slots: Slots,
  bestShare: number,
): Suggestion {
  for (let attempt = 0; ; attempt++) {
    const f = 0.5 + 0.5 * random.uniform();
    const cr = random.integer(3) === 0 ? 0.2 : 0.9;
    const parents = drawParents(slots, number, bestShare, random);
    const row = cross(history, parents, f, cr, random);
    const isStale = attempt > ACCEPTED_CHILDREN / 5 || equalsTrial(history, row, parents.target);
    if (isStale) mutateOneGene(space, row, MUTATION_ETA, random);
    if (attempt === ACCEPTED_CHILDREN || accepts(row))
      return { row, why: `child of trial ${parents.target}` };
  }
}

/** The holder of the child's own slot (of any, if that is empty), one of the best, and two different others. */
function drawParents({ holders, ranked }: Slots, number: number, bestShare: number, random: Random): Parents {
  const holder = holders[number % holders.length]!;
  const target = holder === -1 ? ranked[random.integer(ranked.length)]! : holder;
  const best = ranked[random.integer(Math.max(1, Math.round(bestShare * ranked.length)))]!;
  let r1 = target;
  while (r1 === target) r1 = ranked[random.integer(ranked.length)]!;
  let r2 = r1;
  while (r2 === r1 || r2 === target) r2 = ranked[random.integer(ranked.length)]!;
  return { target, best, r1, r2 };
}
