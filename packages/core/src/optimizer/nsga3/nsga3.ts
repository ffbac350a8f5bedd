import { checkNumber, checkOptions } from '../../options.ts';
import { hashIntegers } from '../../math/random.ts';
import { evolve } from '../genetic/evolve.ts';
import { breedingSettings, checkSize, GENETIC_OPTIONS, type GeneticOptions } from '../genetic/options.ts';
import type { Optimizer } from '../optimizer.ts';
import { divisionsFor, referencePoints } from './reference-points.ts';
import { selectByReferences } from './reference-selection.ts';

/** Options of {@link nsga3}. */
export interface Nsga3Options extends GeneticOptions {
  /**
   * Into how many parts each objective's weight is divided: the reference points have weights of 0, 1 / divisions, ..., 1
   * that sum to 1. A whole number of at least 1. Where it is smaller than the number of objectives, points of an inner
   * layer are added. Default: the most that give at most 100 points without those (99 for two objectives, 12 for
   * three, 6 for four; 4 for five, which makes 70 points and 35 inner ones).
   */
  divisions?: number;
}

/** By default, so many reference points at most, without those of an inner layer. */
const MOST_POINTS = 100;
/** By default so many survivors at least, however few the reference points; and so many trials before the first child. */
const SMALLEST_POPULATION = 20;

/** Names the random choices of the selection. */
const SELECTION = 0x6e736733;

/**
 * NSGA-III (Deb & Jain, "An evolutionary many-objective optimization algorithm using reference-point-based nondominated
 * sorting approach", 2014): like `nsga2`, but trials that do not dominate each other are chosen so that they are
 * spread over given directions of the objective space. For four objectives and more, where crowding says little.
 *
 * `populationSize` is the number of reference points by default (20 at least), `generationSize` 10; the first children
 * come after 20 trials. Constraints, pruned and failed trials, concurrency: as with `nsga2`.
 *
 * @throws {InvalidArgumentError} an unknown option or one out of range.
 */
export function nsga3(options: Nsga3Options = {}): Optimizer {
  checkOptions('nsga3', options, [...GENETIC_OPTIONS, 'divisions']);
  const breeding = breedingSettings('nsga3', options);
  const generationSize = checkSize('nsga3', 'generationSize', options.generationSize, 10, 1);
  const { populationSize, divisions } = options;
  if (populationSize !== undefined) checkSize('nsga3', 'populationSize', populationSize, 0, 2);
  if (divisions !== undefined)
    checkNumber('nsga3', 'divisions', divisions, { min: 1, max: 1000, integer: true });

  const pointsFor = (objectives: number): Float64Array =>
    referencePoints(objectives, divisions ?? divisionsFor(objectives, MOST_POINTS));
  return {
    name: 'nsga3',
    suggest: evolve(
      ({ directions: { length } }) => {
        const size = populationSize ?? Math.max(SMALLEST_POPULATION, pointsFor(length).length / length);
        return {
          populationSize: size,
          generationSize,
          initialTrials: Math.min(size, SMALLEST_POPULATION),
          breeding,
        };
      },
      ({ directions: { length } }, seed) =>
        selectByReferences(length, pointsFor(length), hashIntegers([seed, SELECTION])),
    ),
  };
}
