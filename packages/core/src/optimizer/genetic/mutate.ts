import { drawNumber } from '../../hyperparameter/draw.ts';
import type { Hyperparameter } from '../../hyperparameter/hyperparameter.ts';
import type { Random } from '../../math/random.ts';
import { isActive } from '../../space/leaf.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import { polynomialMutation } from './real-operators.ts';

/** Another value of a leaf: polynomial mutation, or any other category. Never the same of finitely many. */
export function mutateGene(parameter: Hyperparameter, gene: number, eta: number, random: Random): number {
  if (parameter.isNominal) {
    const other = random.integer(parameter.cardinality - 1);
    return other < gene ? other : other + 1;
  }
  const mutant = parameter.fromUnit(polynomialMutation(parameter.toUnit(gene), eta, random));
  if (parameter.cardinality === Infinity || mutant !== gene) return mutant;
  return neighbour(parameter, gene, random.uniform() < 0.5);
}

/** Mutates one active leaf of `row`; leaves that thereby become active are drawn at random. */
export function mutateOneGene(space: SearchSpace, row: Float64Array, eta: number, random: Random): void {
  let chosen = -1;
  let seen = 0;
  for (let leaf = 0; leaf < row.length; leaf++) {
    if (!Number.isNaN(row[leaf]) && random.integer(++seen) === 0) chosen = leaf;
  }
  if (chosen === -1) return;
  row[chosen] = mutateGene(space.leaves[chosen]!.parameter, row[chosen]!, eta, random);
  for (const leaf of space.leaves) {
    const { index, parameter } = leaf;
    if (!isActive(leaf, row)) row[index] = Number.NaN;
    else if (Number.isNaN(row[index])) row[index] = drawNumber(parameter, random);
  }
}

/** The next value of an ordered finite leaf in one direction, or in the other at the end of the range. */
function neighbour(parameter: Hyperparameter, gene: number, isUp: boolean): number {
  const beyond = 1e-9;
  const up = parameter.fromUnit(parameter.unitCellEnd(gene) + beyond);
  const down = parameter.fromUnit(parameter.unitCellStart(gene) - beyond);
  return (isUp && up !== gene) || down === gene ? up : down;
}
