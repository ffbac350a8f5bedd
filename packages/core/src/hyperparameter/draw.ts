import type { Random } from '../math/random.ts';
import type { Hyperparameter } from './hyperparameter.ts';

/** A number drawn uniformly in the unit encoding: every category, step or whole number with its cell's share. */
export function drawNumber(parameter: Hyperparameter, random: Random): number {
  return parameter.isNominal ? random.integer(parameter.cardinality) : parameter.fromUnit(random.uniform());
}
