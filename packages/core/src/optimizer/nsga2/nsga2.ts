import { checkOptions } from '../../options.ts';
import { evolve } from '../genetic/evolve.ts';
import { breedingSettings, checkSize, GENETIC_OPTIONS, type GeneticOptions } from '../genetic/options.ts';
import type { Optimizer } from '../optimizer.ts';
import { selectByCrowding } from './crowded-selection.ts';

/**
 * NSGA-II (Deb, Pratap, Agarwal & Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002): children
 * of the trials that are least dominated and, among these, least crowded. For two or three objectives and hundreds of
 * cheap trials or more; serves every space, and one objective too.
 *
 * - `populationSize` is 20 with one objective and 30 with several, `generationSize` 10: smaller than the paper's 100 and
 *   100, for budgets of hundreds rather than tens of thousands; for the same reason mutations are wider (`mutationEta` 5
 *   instead of 20). The first children come when the population is full; before, trials are quasi-random.
 * - Constraints: feasible trials dominate infeasible ones, which dominate each other by total violation. Pruned trials
 *   with a value come last; failed ones are not in the population.
 * - All trials of the study count, whoever proposed them. Generations are made of trials in the order in which they
 *   finish, so that concurrent trials wait for nothing; see `TrialSequence`.
 *
 * @throws {InvalidArgumentError} an unknown option or one out of range.
 */
export function nsga2(options: GeneticOptions = {}): Optimizer {
  checkOptions('nsga2', options, GENETIC_OPTIONS);
  const breeding = breedingSettings('nsga2', options);
  const generationSize = checkSize('nsga2', 'generationSize', options.generationSize, 10, 1);
  const sizes = [1, 2].map((objectives) =>
    checkSize('nsga2', 'populationSize', options.populationSize, objectives === 1 ? 20 : 30, 2),
  );
  return {
    name: 'nsga2',
    suggest: evolve(
      ({ directions }) => {
        const populationSize = sizes[directions.length === 1 ? 0 : 1]!;
        return { populationSize, generationSize, initialTrials: populationSize, breeding };
      },
      () => selectByCrowding,
    ),
  };
}
