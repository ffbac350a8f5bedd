import type { Random } from '../../math/random.ts';
import { isActive, type Leaf } from '../../space/leaf.ts';
import type { History } from '../../study/history.ts';
import { Candidates } from './candidates.ts';
import { Components } from './components.ts';
import { ParzenMixture } from './parzen.ts';
import { createRanking, type Ranking } from './ranking.ts';
import type { Standing } from './standing.ts';
import { TrialSample } from './trial-sample.ts';
import { fade, rankWeights } from './weights.ts';

/** How a block splits and samples; see `TpeOptions`. */
export interface BlockSettings {
  readonly gamma: (trials: number) => number;
  readonly capacity: number;
  readonly candidates: number;
  readonly priorWeight: number;
}

/**
 * What a candidate beyond the preferred ones is set back by. A block of few configurations (a choice between three
 * branches, say) compares no more candidates than a quarter of them: the best of many would be the same
 * configuration every time, and another branch would never get its second chance.
 */
const SUBSTITUTE = 1e6;

/**
 * Leaves that are always active together and are modelled jointly, with the two mixtures over them: of the good trials,
 * l(x), and of the bad ones, g(x). Both consider only the trials in which the leaves are active.
 */
export class Block {
  readonly leaves: readonly Leaf[];
  readonly #settings: BlockSettings;
  readonly #ranking: Ranking;
  readonly #sample = new TrialSample();
  readonly #good: ParzenMixture;
  readonly #bad: ParzenMixture;
  readonly #candidates: Candidates;
  readonly #scores: Float64Array;
  readonly #badDensities: Float64Array;
  readonly #components = new Components();
  readonly #preferred: number;
  #count = 0;

  /**
   * @param leaves all of one group.
   * @param dimensions how many leaves the group has.
   */
  constructor(history: History, leaves: readonly Leaf[], dimensions: number, settings: BlockSettings) {
    const width = settings.candidates;
    this.leaves = leaves;
    this.#settings = settings;
    this.#ranking = createRanking(history, settings.capacity);
    this.#good = new ParzenMixture(leaves, width, dimensions);
    this.#bad = new ParzenMixture(leaves, width, dimensions);
    this.#candidates = new Candidates(leaves, width);
    this.#scores = new Float64Array(width);
    this.#badDensities = new Float64Array(width);
    const cardinality = leaves.reduce((product, { parameter }) => product * parameter.cardinality, 1);
    this.#preferred = Math.max(1, Math.min(width, Math.floor(cardinality / 4)));
  }

  /** Whether a configuration has values for the leaves. */
  isActive(row: Float64Array): boolean {
    return isActive(this.leaves[0] as Leaf, row);
  }

  /** Takes note of a finished trial. */
  add(standing: Standing, history: History): void {
    if (!this.#isKnown(standing.trial, history)) return;
    this.#count++;
    this.#ranking.add(standing);
    this.#sample.add(standing.trial);
  }

  /**
   * Draws candidates from l(x) and scores them by ln l(x) - ln g(x), which orders them as the expected improvement does
   * (Bergstra et al., NIPS 2011, section 4.1).
   *
   * @param pending running trials; they count as bad, so that workers spread out.
   */
  propose(history: History, pending: readonly number[], random: Random): Proposals {
    this.#split(history, pending);
    const candidates = this.#candidates;
    for (let c = 0; c < candidates.count; c++) this.#good.draw(candidates, c, random);
    this.#good.logDensities(candidates, this.#scores);
    this.#bad.logDensities(candidates, this.#badDensities);
    for (let c = 0; c < candidates.count; c++) {
      (this.#scores[c] as number) -=
        (this.#badDensities[c] as number) + (c < this.#preferred ? 0 : SUBSTITUTE);
    }
    return { candidates, scores: this.#scores };
  }

  #split(history: History, pending: readonly number[]): void {
    const { gamma, capacity, priorWeight } = this.#settings;
    const best = this.#ranking.best(Math.max(1, Math.min(capacity, Math.round(gamma(this.#count)))));
    const weights = rankWeights(best.length);
    const components = this.#components;
    components.clear();
    for (let i = 0; i < best.length; i++) components.add(best[i] as number, weights[i] as number);
    this.#good.update(components, priorWeight, history);
    this.#sample.select(components, (trial) => best.includes(trial), best.length);
    for (const trial of pending) if (this.#isKnown(trial, history)) components.add(trial, 1);
    fade(components);
    this.#bad.update(components, priorWeight, history);
  }

  #isKnown(trial: number, history: History): boolean {
    for (const { index } of this.leaves) if (Number.isNaN(history.units(index)[trial])) return false;
    return true;
  }
}

/** Candidates and how promising they are. Overwritten by the block's next proposal. */
export interface Proposals {
  readonly candidates: Candidates;
  /** Higher is better. */
  readonly scores: Float64Array;
}
