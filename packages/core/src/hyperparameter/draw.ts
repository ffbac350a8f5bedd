import type { Random } from '../math/random.ts';
import type { Hyperparameter } from './hyperparameter.ts';

/** A number drawn uniformly in the unit encoding: every category, step or whole number with its cell's share. */
export function drawNumber(parameter: Hyperparameter, random: Random): number {
  return parameter.isNominal ? random.integer(parameter.cardinality) : parameter.fromUnit(random.uniform());
}

/** The number at a share `u` of the range, 0 <= u < 1: every category, step or whole number has its cell's share. */
export function numberFromShare(parameter: Hyperparameter, u: number): number {
  if (!parameter.isNominal) return parameter.fromUnit(u);
  return Math.min(parameter.cardinality - 1, Math.floor(u * parameter.cardinality));
}
