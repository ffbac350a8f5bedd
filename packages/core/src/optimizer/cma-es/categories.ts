import type { Random } from '../../math/random.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import type { History } from '../../study/history.ts';

/**
 * The search distribution of nominal leaves: each has a probability per category, independent of all else, which every
 * generation moves towards the categories of its best members, by their weights (population-based incremental
 * learning, Baluja 1994; the expectation parameters of CatCMA, Hamano et al. 2024). No probability falls below a
 * margin: with (1 - 0.73^(1/N)) / (K - 1) per category of N leaves with K categories each, all leaves take their likeliest
 * category together with probability 0.73 when settled (CatCMA, section 4.2).
 */
export class Categories {
  readonly #leaves: readonly {
    readonly leaf: number;
    readonly margin: number;
    readonly shares: Float64Array;
  }[];

  constructor(space: SearchSpace) {
    const nominal = space.leaves.filter(({ parameter }) => parameter.isNominal);
    this.#leaves = nominal.map(({ index, parameter: { cardinality } }) => ({
      leaf: index,
      margin: (1 - 0.73 ** (1 / nominal.length)) / (cardinality - 1),
      shares: new Float64Array(cardinality).fill(1 / cardinality),
    }));
  }

  get count(): number {
    return this.#leaves.length;
  }

  /** The probabilities of a leaf's categories; undefined for a leaf that is not nominal. */
  sharesOf(leaf: number): Float64Array | undefined {
    return this.#leaves.find((nominal) => nominal.leaf === leaf)?.shares;
  }

  /** Writes a category for each nominal leaf into `row`. */
  draw(random: Random, row: Float64Array): void {
    for (const { leaf, shares } of this.#leaves) {
      let left = random.uniform();
      let category = 0;
      while (category < shares.length - 1 && (left -= shares[category]!) >= 0) category++;
      row[leaf] = category;
    }
  }

  /**
   * Moves the probabilities. A member in which a leaf is inactive has no say about that leaf.
   *
   * @param trials the best of a generation, the best first.
   * @param weights their weights; positive.
   * @param rate how far to move if all members have a say, 0 to 1.
   */
  learn(history: History, trials: readonly number[], weights: Float64Array, rate: number): void {
    for (const { leaf, margin, shares } of this.#leaves) {
      const column = history.column(leaf);
      let weighed = 0;
      const next = shares.slice();
      for (const [i, trial] of trials.entries()) {
        const category = column[trial]!;
        if (Number.isNaN(category)) continue;
        const weight = rate * weights[i]!;
        next[category] = next[category]! + weight;
        weighed += weight;
      }
      // The old probabilities keep what the members do not take.
      for (let k = 0; k < shares.length; k++) {
        shares[k] = next[k]! - weighed * shares[k]!;
      }
      keepMargin(shares, margin);
    }
  }

  /** Sets the probabilities to the smoothed frequencies among `trials`, a uniform distribution counting as `prior` of them. */
  adopt(history: History, trials: readonly number[], prior: number): void {
    for (const { leaf, margin, shares } of this.#leaves) {
      const column = history.column(leaf);
      const active = trials.filter((trial) => !Number.isNaN(column[trial]));
      shares.fill(prior / shares.length / (prior + active.length));
      for (const trial of active) {
        const category = column[trial]!;
        shares[category] = shares[category]! + 1 / (prior + active.length);
      }
      keepMargin(shares, margin);
    }
  }

  /** Forgets everything. */
  reset(): void {
    for (const { shares } of this.#leaves) shares.fill(1 / shares.length);
  }
}

/** Raises probabilities below the margin to it, at the expense of what the others have above it. */
function keepMargin(shares: Float64Array, margin: number): void {
  let lacking = 0;
  let spare = 0;
  for (const share of shares) {
    if (share < margin) lacking += margin - share;
    else spare += share - margin;
  }
  if (lacking === 0) return;
  for (let k = 0; k < shares.length; k++) {
    const share = shares[k]!;
    shares[k] = share < margin ? margin : share - (lacking * (share - margin)) / spare;
  }
}
