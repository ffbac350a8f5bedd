import { createRandom } from '../../math/random.ts';

/** What happens when a run has converged; see `CmaEsOptions.restarts`. */
export type RestartStrategy = 'none' | 'ipop' | 'bipop';

/** How a run of CMA-ES begins. */
export interface RunPlan {
  /** 0 for the first run, which begins at the study's starting point; later ones begin anywhere. */
  readonly index: number;
  readonly populationSize: number;
  /** The first step size. */
  readonly sigma: number;
  /** The run ends after so many trials at the latest. */
  readonly maxTrials: number;
}

/** Populations stop growing here, as in BIPOP. */
const MAX_DOUBLINGS = 9;

/**
 * The runs in order: with IPOP each doubles the population of the one before (Auger & Hansen, "A restart CMA evolution
 * strategy with increasing population size", 2005); with BIPOP such runs take turns with runs of small populations and
 * small steps, so that both kinds get the same number of trials (Hansen, "Benchmarking a BI-population CMA-ES on the
 * BBOB-2009 function testbed", 2009).
 */
export class RestartSchedule {
  readonly #strategy: RestartStrategy;
  readonly #populationSize: number;
  readonly #sigma: number;
  readonly #seed: number;
  #current: RunPlan;
  #isLarge = true;
  #doublings = 0;
  #largeTrials = 0;
  #smallTrials = 0;
  #lastLargeTrials = 0;

  /** @param seed names the random choices of BIPOP. */
  constructor(strategy: RestartStrategy, populationSize: number, sigma: number, seed: number) {
    this.#strategy = strategy;
    this.#populationSize = populationSize;
    this.#sigma = sigma;
    this.#seed = seed;
    this.#current = { index: 0, populationSize, sigma, maxTrials: Infinity };
  }

  get current(): RunPlan {
    return this.#current;
  }

  get hasNext(): boolean {
    return this.#strategy !== 'none';
  }

  /**
   * Moves on to the next run.
   *
   * @param trials how many trials the current run took.
   */
  next(trials: number): RunPlan {
    const index = this.#current.index + 1;
    if (this.#isLarge) {
      this.#lastLargeTrials = trials;
      // The very first run counts for neither kind.
      if (index > 1) this.#largeTrials += trials;
    } else this.#smallTrials += trials;
    this.#isLarge = this.#strategy === 'ipop' || index === 1 || this.#largeTrials <= this.#smallTrials;
    this.#current = this.#isLarge ? this.#largeRun(index) : this.#smallRun(index);
    return this.#current;
  }

  #largeRun(index: number): RunPlan {
    this.#doublings = Math.min(MAX_DOUBLINGS, this.#doublings + 1);
    const populationSize = this.#populationSize * 2 ** this.#doublings;
    return { index, populationSize, sigma: this.#sigma, maxTrials: Infinity };
  }

  #smallRun(index: number): RunPlan {
    const random = createRandom(this.#seed, index);
    const growth = (0.5 * 2 ** this.#doublings) ** (random.uniform() ** 2);
    return {
      index,
      populationSize: Math.max(this.#populationSize, Math.floor(this.#populationSize * growth)),
      sigma: this.#sigma * 10 ** (-2 * random.uniform()),
      maxTrials: Math.ceil(this.#lastLargeTrials / 2),
    };
  }
}
