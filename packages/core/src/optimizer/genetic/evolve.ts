import type { History } from '../../study/history.ts';
import type { SuggestContext, Suggestion } from '../optimizer.ts';
import { sobol } from '../sobol/sobol.ts';
import { breed, type BreedingSettings } from './breed.ts';
import { Population, type Selection } from './population.ts';

/** What a genetic optimizer is made of. */
export interface EvolutionSettings {
  readonly populationSize: number;
  readonly generationSize: number;
  /** So many trials start the population. */
  readonly initialTrials: number;
  readonly breeding: BreedingSettings;
}

/** What is remembered of a history. */
interface Evolution {
  readonly settings: EvolutionSettings;
  readonly population: Population;
  readonly seed: number;
}

/** Children in a row that the study may reject; they mutate more and more. */
const ACCEPTED_CHILDREN = 50;
const BOOST = 1.2;

/**
 * The `suggest` of a genetic optimizer: quasi-random configurations until enough trials have values, then children of
 * parents by tournament.
 *
 * @param settingsOf the settings for a study.
 * @param selectionOf who survives in it; called once per history and seed.
 */
export function evolve(
  settingsOf: (history: History) => EvolutionSettings,
  selectionOf: (history: History, seed: number) => Selection,
): (context: SuggestContext) => Suggestion {
  const evolutions = new WeakMap<History, Evolution>();
  const initial = sobol();
  return (context) => {
    const { history, seed } = context;
    let known = evolutions.get(history);
    if (known?.seed !== seed) {
      const settings = settingsOf(history);
      const { populationSize, generationSize, initialTrials } = settings;
      const select = selectionOf(history, seed);
      const population = new Population(populationSize, generationSize, select, initialTrials);
      evolutions.set(history, (known = { settings, population, seed }));
    }
    const { settings, population } = known;
    population.advance(history);
    if (population.generation === 0) {
      const row = initial.suggest(context)?.row ?? context.space.sampleRow(context.random);
      return { row, why: 'initial population' };
    }
    return { row: drawChild(context, population, settings), why: `generation ${population.generation}` };
  };
}

function drawChild(
  { history, random, accepts }: SuggestContext,
  population: Population,
  { breeding }: EvolutionSettings,
): Float64Array {
  for (let attempt = 0; ; attempt++) {
    const mother = population.drawParent(random);
    const father = population.drawParent(random);
    const row = breed(history, mother, father, breeding, random, BOOST ** Math.max(0, attempt - 5));
    if (attempt === ACCEPTED_CHILDREN || accepts(row)) return row;
  }
}
