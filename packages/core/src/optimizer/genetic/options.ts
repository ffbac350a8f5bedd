import { checkNumber } from '../../options.ts';
import type { BreedingSettings } from './breed.ts';

/** Options that the genetic optimizers share. */
export interface GeneticOptions {
  /**
   * How many trials survive as possible parents; at least 2. Default: of `nsga2` 20 with one objective and 30 with several, of
   * `nsga3` the number of reference points, at least 20.
   */
  populationSize?: number;
  /** After how many finished trials the survivors are chosen anew; at least 1. Default 10. */
  generationSize?: number;
  /** How probably a child has two parents rather than one, 0 to 1. Default 0.9. */
  crossoverProbability?: number;
  /** Distribution index of simulated binary crossover: the larger, the more alike are children and parents, 0 to 1000. Default 15. */
  crossoverEta?: number;
  /** How probably each gene mutates, 0 to 1. Default 1 / the number of parameters. */
  mutationProbability?: number;
  /** Distribution index of polynomial mutation: the larger, the smaller are the mutations, 0 to 1000. Default 5. */
  mutationEta?: number;
}

/** The names of {@link GeneticOptions}. */
export const GENETIC_OPTIONS = [
  'populationSize',
  'generationSize',
  'crossoverProbability',
  'crossoverEta',
  'mutationProbability',
  'mutationEta',
] as const;

/** Checks the values and fills in the defaults of all but the sizes. */
export function breedingSettings(owner: string, options: GeneticOptions): BreedingSettings {
  const { crossoverProbability = 0.9, crossoverEta = 15, mutationProbability, mutationEta = 5 } = options;
  const share = { min: 0, max: 1 };
  checkNumber(owner, 'crossoverProbability', crossoverProbability, share);
  checkNumber(owner, 'crossoverEta', crossoverEta, { min: 0, max: 1000 });
  if (mutationProbability !== undefined)
    checkNumber(owner, 'mutationProbability', mutationProbability, share);
  checkNumber(owner, 'mutationEta', mutationEta, { min: 0, max: 1000 });
  return { crossoverProbability, crossoverEta, mutationProbability, mutationEta };
}

/** A size option, or its default; at least `min`. */
export function checkSize(
  owner: string,
  name: string,
  value: number | undefined,
  otherwise: number,
  min: number,
): number {
  return value === undefined ? otherwise : checkNumber(owner, name, value, { min, integer: true });
}
