import { drawNumber } from '../../hyperparameter/draw.ts';
import type { Random } from '../../math/random.ts';
import { isActive } from '../../space/leaf.ts';
import type { History } from '../../study/history.ts';
import { mutateGene, mutateOneGene } from './mutate.ts';
import { simulatedBinaryCrossover } from './real-operators.ts';

/** How children are made; see `GeneticOptions`. */
export interface BreedingSettings {
  readonly crossoverProbability: number;
  readonly crossoverEta: number;
  /** Per gene; undefined: 1 / the number of leaves. */
  readonly mutationProbability: number | undefined;
  readonly mutationEta: number;
}

/**
 * A child of two trials, gene by gene: an ordered leaf (real, whole, stepped, ordered category) by simulated binary
 * crossover and polynomial mutation in unit encoding; a nominal one from either parent, and by mutation any other
 * category. An active leaf that one parent lacks comes from the other; one that both lack is drawn at random. A child
 * that equals a parent is mutated in one more gene.
 *
 * @param boost multiplies the mutation probability.
 */
export function breed(
  history: History,
  mother: number,
  father: number,
  settings: BreedingSettings,
  random: Random,
  boost: number,
): Float64Array {
  const { space } = history;
  const row = new Float64Array(space.leaves.length);
  const isCrossed = random.uniform() < settings.crossoverProbability;
  const probability = Math.min(1, boost * (settings.mutationProbability ?? 1 / row.length));
  for (const leaf of space.leaves) {
    const { index, parameter } = leaf;
    if (!isActive(leaf, row)) {
      row[index] = Number.NaN;
      continue;
    }
    const gene = inherit(history, index, mother, father, isCrossed, settings.crossoverEta, random);
    const isMutated = random.uniform() < probability;
    row[index] = isMutated ? mutateGene(parameter, gene, settings.mutationEta, random) : gene;
  }
  if (equalsTrial(history, row, mother) || equalsTrial(history, row, father)) {
    mutateOneGene(space, row, settings.mutationEta, random);
  }
  return row;
}

/** The number encoding of a leaf of the child, before mutation. */
function inherit(
  history: History,
  leaf: number,
  mother: number,
  father: number,
  isCrossed: boolean,
  eta: number,
  random: Random,
): number {
  const { parameter } = history.space.leaves[leaf]!;
  const column = history.column(leaf);
  const x = column[mother]!;
  const y = column[father]!;
  if (Number.isNaN(x)) return Number.isNaN(y) ? drawNumber(parameter, random) : y;
  // Genes cross in half of the cases, as in Deb's code; the child is mostly of the mother's otherwise.
  if (!isCrossed || Number.isNaN(y)) return x;
  const isSwapped = random.uniform() < 0.5;
  if (parameter.isNominal || !isSwapped || x === y) return isSwapped ? y : x;
  const units = history.units(leaf);
  return parameter.fromUnit(simulatedBinaryCrossover(units[mother]!, units[father]!, eta, random));
}

/** Whether `row` is the row of a trial. */
export function equalsTrial(history: History, row: Float64Array, trial: number): boolean {
  for (let leaf = 0; leaf < row.length; leaf++) {
    if (!Object.is(row[leaf], history.column(leaf)[trial])) return false;
  }
  return true;
}
