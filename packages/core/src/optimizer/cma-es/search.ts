import { createRandom, hashIntegers, type Random } from '../../math/random.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import type { History } from '../../study/history.ts';
import type { SuggestContext, Suggestion } from '../optimizer.ts';
import { compareTrials, hasResult } from '../trial-order.ts';
import { TrialSequence } from '../trial-sequence.ts';
import { toPlace, toUnit } from './bounds.ts';
import { Categories } from './categories.ts';
import { coordinatesOf, Locator, type Coordinate } from './coordinates.ts';
import { DiagonalCovariance, FullCovariance } from './covariance.ts';
import { Distribution } from './distribution.ts';
import { Margin } from './margin.ts';
import { RestartSchedule, type RestartStrategy, type RunPlan } from './restarts.ts';
import { Stagnation } from './stagnation.ts';
import { createStrategy, type Strategy } from './strategy.ts';
import { warmStartFrom, type WarmStart } from './warm-start.ts';

/** The options of `cmaEs`, complete. */
export interface SearchSettings {
  readonly name: string;
  readonly populationSize: number;
  readonly sigma: number;
  readonly isSeparable: boolean;
  readonly restarts: RestartStrategy;
  readonly warmStart: boolean;
}

/** Names the random numbers that are common to all trials: where restarts begin. */
const RESTARTS = 0x72657374;

/** How far the categories move per generation. */
const CATEGORY_RATE = 0.3;

/**
 * Draws in a row that may fall outside the bounds before one is taken and folded in: while the distribution is wide,
 * its tails would otherwise pile up at the bounds.
 */
const BOUNDED_DRAWS = 10;

/** Draws in a row that the study may reject; from a fifth on they spread wider and wider. */
const ACCEPTED_DRAWS = 50;
const WIDENING = 1.2;

/**
 * What CMA-ES knows about one study: derived from the history generation by generation, so that deriving it afresh
 * gives the same.
 */
export class Search {
  readonly seed: number;
  readonly #space: SearchSpace;
  readonly #settings: SearchSettings;
  readonly #coordinates: readonly Coordinate[];
  readonly #continuous: readonly number[];
  readonly #locator: Locator;
  readonly #categories: Categories;
  readonly #sequence: TrialSequence;
  readonly #schedule: RestartSchedule;
  readonly #warmStart: WarmStart | undefined;
  /** How many trials were finished at creation if none of them was of the sequence; infinite otherwise. */
  readonly #finishedCount: number;
  readonly #step: Float64Array;
  readonly #deviations: Float64Array;
  #generation = 0;
  #runStart = 0;
  #strategy!: Strategy;
  #distribution!: Distribution;
  #margin!: Margin;
  #stagnation!: Stagnation;

  constructor(history: History, seed: number, settings: SearchSettings) {
    const { space } = history;
    this.seed = seed;
    this.#space = space;
    this.#settings = settings;
    this.#coordinates = coordinatesOf(space);
    this.#continuous = [...this.#coordinates.keys()].filter((j) => !this.#coordinates[j]!.isDiscrete);
    this.#locator = new Locator(this.#coordinates, seed);
    this.#categories = new Categories(space);
    this.#sequence = new TrialSequence(({ by }) => by === settings.name);
    const { populationSize, sigma, restarts } = settings;
    this.#schedule = new RestartSchedule(restarts, populationSize, sigma, hashIntegers([seed, RESTARTS]));
    this.#step = new Float64Array(this.#coordinates.length);
    this.#deviations = new Float64Array(this.#coordinates.length);
    const { trials, areAll } = trialsByOthers(history, settings.name);
    this.#finishedCount = areAll ? history.finished.length : Infinity;
    this.#warmStart = settings.warmStart ? warmStartFrom(history, trials, this.#coordinates) : undefined;
    this.#begin(history, this.#schedule.current);
  }

  /** Whether what the search began with is out of date: the first trials of others have finished since. */
  isStale(history: History): boolean {
    return history.finished.length > this.#finishedCount;
  }

  /** Learns from all generations that are closed by now. */
  advance(history: History): void {
    for (;;) {
      const generation = this.#sequence.next(history, this.#strategy.lambda);
      if (generation === undefined) return;
      this.#learn(history, generation);
    }
  }

  /** The next configuration. */
  propose({ history, random, accepts }: SuggestContext): Suggestion {
    const { index } = this.#schedule.current;
    const why =
      index === 0 ? `generation ${this.#generation}` : `restart ${index}, generation ${this.#generation}`;
    if (this.#warmStart === undefined && this.#isFirst(history)) {
      const row = this.#space.defaultRow();
      if (accepts(row)) return { row, why: 'starting point' };
    }
    let row = this.#draw(random, 1);
    for (let draw = 1; draw < ACCEPTED_DRAWS && !accepts(row); draw++) {
      row = this.#draw(random, WIDENING ** Math.max(0, draw - ACCEPTED_DRAWS / 5));
    }
    return { row, why };
  }

  /** Whether no trial of the sequence exists yet. */
  #isFirst(history: History): boolean {
    const isOwn = (trial: number): boolean => history.record(trial).by === this.#settings.name;
    return this.#finishedCount < Infinity && !history.running.some(isOwn);
  }

  #begin(history: History, plan: RunPlan): void {
    const { isSeparable } = this.#settings;
    const n = this.#coordinates.length;
    const warmStart = plan.index === 0 ? this.#warmStart : undefined;
    const sigma = warmStart?.sigma ?? plan.sigma;
    const matrix = warmStart?.matrix;
    const covariance = isSeparable
      ? new DiagonalCovariance(
          n,
          matrix?.filter((_, at) => at % (n + 1) === 0),
        )
      : new FullCovariance(n, matrix);
    const mean = warmStart?.mean ?? (plan.index === 0 ? this.#startingPoint() : this.#anyPoint(plan.index));
    this.#strategy = createStrategy(n, plan.populationSize, isSeparable);
    this.#distribution = new Distribution(mean, sigma, covariance, this.#strategy);
    this.#margin = new Margin(this.#coordinates, 1 / (Math.max(1, n) * plan.populationSize));
    this.#margin.correct(this.#distribution);
    this.#stagnation = new Stagnation(n, plan.populationSize, sigma);
    this.#generation = 0;
    this.#runStart = this.#sequence.count;
    this.#categories.reset();
    if (warmStart !== undefined) this.#categories.adopt(history, warmStart.promising, 1);
  }

  #startingPoint(): Float64Array {
    return Float64Array.from(this.#coordinates, ({ parameter, isDiscrete }) => {
      const unit = Number.isNaN(parameter.defaultNumber) ? 0.5 : parameter.toUnit(parameter.defaultNumber);
      return isDiscrete ? unit : toPlace(unit);
    });
  }

  #anyPoint(run: number): Float64Array {
    const random = createRandom(this.seed, RESTARTS, run);
    return Float64Array.from(this.#coordinates, () => random.uniform());
  }

  #learn(history: History, generation: readonly number[]): void {
    const ranked = generation.toSorted((a, b) => compareTrials(history, a, b));
    const evaluated = ranked.filter((trial) => hasResult(history, trial));
    const n = this.#coordinates.length;
    const { mean, sigma } = this.#distribution;
    const { widening } = this.#margin;
    for (let j = 0; j < n; j++) this.#deviations[j] = this.#distribution.deviation(j) * widening[j]!;
    const steps = new Float64Array(ranked.length * n);
    for (const [i, trial] of ranked.entries()) {
      this.#locator.locate(history, trial, mean, this.#deviations, steps, i * n);
      for (let j = 0; j < n; j++) steps[i * n + j] = (steps[i * n + j]! - mean[j]!) / (sigma * widening[j]!);
    }
    this.#distribution.learn(steps, evaluated.length);
    this.#limitMean();
    this.#margin.correct(this.#distribution);
    const { mu, weights } = this.#strategy;
    this.#categories.learn(history, evaluated.slice(0, mu), weights, CATEGORY_RATE);
    this.#generation++;
    this.#endIfOver(history, evaluated);
  }

  /** Keeps the mean of continuous coordinates near the bounds, where the nearest mirror images are all that matters. */
  #limitMean(): void {
    const { mean } = this.#distribution;
    for (const j of this.#continuous) mean[j] = Math.min(1.5, Math.max(-0.5, mean[j]!));
  }

  #endIfOver(history: History, evaluated: readonly number[]): void {
    const losses = history.losses(0);
    const feasible = evaluated.filter((trial) => history.violations[trial] === 0);
    this.#stagnation.observe(feasible.map((trial) => losses[trial]!));
    if (!this.#schedule.hasNext) return;
    const trials = this.#sequence.count - this.#runStart;
    const isOver =
      trials >= this.#schedule.current.maxTrials ||
      this.#stagnation.isOver(this.#distribution, this.#continuous);
    if (isOver) this.#begin(history, this.#schedule.next(trials));
  }

  #draw(random: Random, scale: number): Float64Array {
    const row = new Float64Array(this.#space.leaves.length);
    this.#categories.draw(random, row);
    for (let draw = 1; !this.#drawCoordinates(random, scale, row) && draw < BOUNDED_DRAWS; draw++);
    return this.#space.deactivate(row);
  }

  /** @returns whether all continuous coordinates fell inside their bounds, without being folded. */
  #drawCoordinates(random: Random, scale: number, row: Float64Array): boolean {
    const { mean, sigma } = this.#distribution;
    const { widening } = this.#margin;
    this.#distribution.drawStep(random, this.#step);
    let isInside = true;
    for (let j = 0; j < this.#coordinates.length; j++) {
      const { leaf, parameter, isDiscrete } = this.#coordinates[j]!;
      const place = mean[j]! + sigma * widening[j]! * scale * this.#step[j]!;
      isInside &&= isDiscrete || (place >= 0 && place <= 1);
      row[leaf] = parameter.fromUnit(isDiscrete ? place : toUnit(place));
    }
    return isInside;
  }
}

/** The trials that finished before any of the sequence did, and whether these are all finished trials. */
function trialsByOthers(history: History, name: string): { trials: readonly number[]; areAll: boolean } {
  const first = history.finished.findIndex((trial) => history.record(trial).by === name);
  return first === -1
    ? { trials: history.finished, areAll: true }
    : { trials: history.finished.slice(0, first), areAll: false };
}
