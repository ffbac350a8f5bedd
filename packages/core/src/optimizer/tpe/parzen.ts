import { drawNumber } from '../../hyperparameter/draw.ts';
import type { Random } from '../../math/random.ts';
import type { Leaf } from '../../space/leaf.ts';
import type { History } from '../../study/history.ts';
import type { CandidateColumn, Candidates } from './candidates.ts';
import type { Components } from './components.ts';
import { CellKernels } from './cell-kernels.ts';
import { ContinuousKernels } from './continuous-kernels.ts';
import type { Kernels } from './kernels.ts';
import { NominalKernels } from './nominal-kernels.ts';

/** Terms this much smaller (in logarithm) than the largest are left out: hundreds of them add less than 1e-8. */
const NEGLIGIBLE = -25;

/**
 * A Parzen mixture over the leaves of one block: one product of kernels per trial, and a uniform prior as one more
 * component (Bergstra et al., "Algorithms for hyper-parameter optimization", NIPS 2011; products of kernels, which
 * keep the dependences between parameters, after Falkner et al., "BOHB", ICML 2018).
 *
 * It follows a changing set of trials by adding and removing single components; what it computes depends on the set and
 * the weights only.
 */
export class ParzenMixture {
  readonly #leaves: readonly Leaf[];
  readonly #kernels: readonly Kernels[];
  readonly #width: number;
  /** The trials, ascending, and their slots. */
  #count = 0;
  #trials = new Int32Array(16);
  #slots = new Int32Array(16);
  readonly #freeSlots: number[] = [];
  #slotCount = 0;
  /** ln weight of each component, in the order of the trials, and of the prior. */
  #logWeights = new Float64Array(16);
  #logPriorWeight = 0;
  /** By slot and candidate. */
  #sums = new Float64Array(0);
  readonly #largest: Float64Array;

  /**
   * @param leaves what the mixture is over.
   * @param width how many candidates are scored together.
   * @param dimensions how many leaves the bandwidths reckon with.
   */
  constructor(leaves: readonly Leaf[], width: number, dimensions: number = leaves.length) {
    this.#leaves = leaves;
    this.#width = width;
    this.#kernels = leaves.map(({ parameter }) => {
      if (parameter.isNominal) return new NominalKernels(parameter.cardinality);
      return parameter.cardinality === Infinity
        ? new ContinuousKernels(parameter, dimensions)
        : new CellKernels(parameter, dimensions, width);
    });
    this.#largest = new Float64Array(width);
  }

  /**
   * Makes the mixture one of these trials.
   *
   * @param components in all of them the leaves are active; their weights are positive, relative to the prior's.
   * @param priorWeight the weight of the uniform component.
   */
  update(components: Components, priorWeight: number, history: History): void {
    const { count, weights } = components;
    if (this.#follow(components, history)) for (const kernels of this.#kernels) kernels.resize(count);
    let total = priorWeight;
    for (let i = 0; i < count; i++) total += weights[i] as number;
    this.#logPriorWeight = Math.log(priorWeight / total);
    for (let i = 0; i < count; i++) this.#logWeights[i] = Math.log((weights[i] as number) / total);
  }

  /** Draws a candidate: a component by weight, then each value from its kernel. */
  draw(candidates: Candidates, candidate: number, random: Random): void {
    let left = random.uniform();
    let i = 0;
    for (; i < this.#count; i++) {
      left -= Math.exp(this.#logWeights[i] as number);
      if (left < 0) break;
    }
    const { columns } = candidates;
    for (let j = 0; j < columns.length; j++) {
      const column = columns[j] as CandidateColumn;
      const x =
        i < this.#count
          ? (this.#kernels[j] as Kernels).draw(this.#slots[i] as number, random)
          : drawNumber(column.parameter, random);
      column.set(candidate, x);
    }
  }

  /** Writes ln density of every candidate to `out`. */
  logDensities(candidates: Candidates, out: Float64Array): void {
    const width = this.#width;
    const sums = this.#sums;
    const slots = this.#slots;
    const count = this.#count;
    for (let i = 0; i < count; i++) {
      const base = (slots[i] as number) * width;
      sums.fill(this.#logWeights[i] as number, base, base + width);
    }
    for (const [j, kernels] of this.#kernels.entries()) {
      kernels.addLogDensities(candidates.columns[j] as CandidateColumn, slots, count, sums);
    }
    const largest = this.#largest.fill(this.#logPriorWeight);
    for (const { logPrior } of candidates.columns) {
      for (let c = 0; c < width; c++) (largest[c] as number) += logPrior[c] as number;
    }
    // `out` keeps the prior's term until the largest is known.
    out.set(largest);
    for (let i = 0; i < count; i++) {
      const base = (slots[i] as number) * width;
      for (let c = 0; c < width; c++) {
        const sum = sums[base + c] as number;
        if (sum > (largest[c] as number)) largest[c] = sum;
      }
    }
    for (let c = 0; c < width; c++) out[c] = Math.exp((out[c] as number) - (largest[c] as number));
    for (let i = 0; i < count; i++) {
      const base = (slots[i] as number) * width;
      for (let c = 0; c < width; c++) {
        const term = (sums[base + c] as number) - (largest[c] as number);
        if (term > NEGLIGIBLE) (out[c] as number) += Math.exp(term);
      }
    }
    for (let c = 0; c < width; c++) out[c] = Math.log(out[c] as number) + (largest[c] as number);
  }

  /** Adds and removes components until they are those wanted; returns whether any changed. */
  #follow({ count, trials }: Components, history: History): boolean {
    const oldCount = this.#count;
    const before = this.#trials;
    let same = 0;
    while (same < count && same < oldCount && trials[same] === before[same]) same++;
    if (same === count && same === oldCount) return false;
    const oldTrials = before.slice(same, oldCount);
    const oldSlots = this.#slots.slice(same, oldCount);
    this.#reserve(count);
    // First what goes, so that what comes can take its slots.
    let j = same;
    for (let i = 0; i < oldTrials.length; i++) {
      while (j < count && (trials[j] as number) < (oldTrials[i] as number)) j++;
      if (j < count && trials[j] === oldTrials[i]) continue;
      for (const kernels of this.#kernels) kernels.remove(oldSlots[i] as number);
      this.#freeSlots.push(oldSlots[i] as number);
    }
    let i = 0;
    for (j = same; j < count; j++) {
      const trial = trials[j] as number;
      while (i < oldTrials.length && (oldTrials[i] as number) < trial) i++;
      this.#trials[j] = trial;
      this.#slots[j] = oldTrials[i] === trial ? (oldSlots[i] as number) : this.#add(trial, history);
    }
    this.#count = count;
    return true;
  }

  #add(trial: number, history: History): number {
    const slot = this.#freeSlots.pop() ?? this.#slotCount++;
    if (this.#slotCount * this.#width > this.#sums.length) {
      this.#sums = new Float64Array(2 * this.#slotCount * this.#width);
    }
    for (const [j, kernels] of this.#kernels.entries()) {
      kernels.insert(slot, history.units((this.#leaves[j] as Leaf).index)[trial] as number);
    }
    return slot;
  }

  #reserve(count: number): void {
    if (count <= this.#slots.length) return;
    const slots = new Int32Array(2 * count);
    const trials = new Int32Array(2 * count);
    slots.set(this.#slots);
    trials.set(this.#trials);
    this.#slots = slots;
    this.#trials = trials;
    this.#logWeights = new Float64Array(2 * count);
  }
}
