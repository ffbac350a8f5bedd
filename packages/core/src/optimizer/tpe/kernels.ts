import type { Random } from '../../math/random.ts';
import type { CandidateColumn } from './candidates.ts';

/**
 * One hyperparameter's factor of a Parzen mixture: a kernel per component, and the prior. Components are known by slots,
 * small integers that the mixture hands out and reuses.
 *
 * Whatever is computed depends only on which components there are, not on the order in which they came and went.
 */
export interface Kernels {
  /** Adds the component `slot`, centred at `u` (a unit encoding; the index of a nominal category). */
  insert(slot: number, u: number): void;

  /** Removes a component. */
  remove(slot: number): void;

  /** Tells how many components the mixture has, the prior not counted: the kernels get narrower with their number. */
  resize(count: number): void;

  /** A number (see `Hyperparameter`) drawn from the kernel of a component. */
  draw(slot: number, random: Random): number;

  /**
   * Adds ln density (or ln probability of the cell) of every candidate under every component to
   * `sums[slot * width + candidate]`, where `width` is the number of candidates.
   *
   * @param column the candidates' values of this hyperparameter.
   * @param slots the components, in its first `count` places.
   */
  addLogDensities(column: CandidateColumn, slots: Int32Array, count: number, sums: Float64Array): void;
}
