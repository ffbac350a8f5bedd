import { createSobol } from '../../math/sobol.ts';
import { checkNumber, checkOptions } from '../../options.ts';
import { enumerateRows } from '../../space/enumerate.ts';
import type { History } from '../../study/history.ts';
import type { EarlierStudy, Optimizer, SuggestContext, Suggestion } from '../optimizer.ts';
import { perturb, Pool, rowFromUnits } from './candidates.ts';
import { EarlierMeans } from './earlier-means.ts';
import { Encoding } from './encoding.ts';
import { FeatureTable } from './feature-table.ts';
import { FitCache } from './fit.ts';
import { designIndex, initialDesignRow, initialDesignSize } from './initial-design.ts';
import { KnownPoints } from './known-points.ts';
import { maximizeUtility } from './maximize.ts';
import { Observations } from './observations.ts';
import { buildSurrogate, predictiveDensities, type Evidence, type ModelKind } from './outputs.ts';
import { stackingWeights } from './stacking.ts';

/** Options of {@link gaussianProcess}. */
export interface GaussianProcessOptions {
  /**
   * How many trials must have finished before models take over from the initial design. A whole number of at least 1;
   * by default one more than there are hyperparameters, at most 8; 4 in a study that was started from earlier ones.
   */
  initialTrials?: number;
  /**
   * How many trials a model is built on at most; of a longer history it takes the best ones, their neighbourhood and
   * some that are spread widely. The cost of a suggestion grows with its cube. A whole number of at least 10; default 256.
   */
  maxObservations?: number;
}

const NAME = 'gaussianProcess';

/** The models that always take turns; see {@link gaussianProcess}. */
const TURNS: readonly ModelKind[] = [
  { name: 'losses', scale: 'linear', isAdditive: true, typicalScale: 0.6 },
  { name: 'log losses', scale: 'log', isAdditive: false, typicalScale: 0.6 },
];

/**
 * The model that takes turns too once there are {@link ROUGH_FROM} observations. It expects short length scales, and
 * so looks for narrow valleys between the known points when the others are content with the one that they found.
 */
const ROUGH: ModelKind = {
  name: 'losses, taken to be rough',
  scale: 'linear',
  isAdditive: true,
  typicalScale: 0.2,
};

/** Thrice the longest initial design: before, everything is unknown enough for the other models to explore. */
const ROUGH_FROM = 24;

/**
 * The share of the turns that is given out evenly, whatever the models predict, so that none is ever lost: a better
 * prediction of what is known does not always find what is not.
 */
const EVEN_SHARE = 0.5;

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** How many trials must have finished before models take over where earlier studies say what to expect. */
const INFORMED_DESIGN = 4;

/** Up to how many observations every turn is informed by earlier studies. */
const ALL_INFORMED = 12;

/**
 * Points screened per suggestion, two thirds of them spread over the space and the others near the best: this many, but
 * fewer the more observations each has to be compared with.
 */
const MOST_CANDIDATES = 768;
const FEWEST_CANDIDATES = 256;
const COMPARISONS = 48_000;

/**
 * Bayesian optimization with Gaussian processes: the method of choice for expensive trials, up to a few hundred of
 * them. Serves every space (categories, conditional parameters), one or several objectives, and constraints.
 *
 * The initial design begins with the declared defaults, if any hyperparameter has one and they were not enqueued; then come
 * the centre of the space and points of a Sobol sequence. After it, each suggestion maximizes the logarithm of the expected improvement under a Gaussian process
 * (see `kernel.ts`, `likelihood.ts` for the model, `log-improvement.ts` and `hypervolume-improvement.ts` for what is
 * maximized, `maximize.ts` for how). Models take turns: a Matérn process with an additive term on the losses, a plain
 * Matérn process on their logarithms, and later one that expects the loss to be rougher. They err in different ways, and
 * what one overlooks another proposes. With one objective, those that predict better have more turns (`stacking.ts`).
 *
 * In a study that was started from earlier ones, each of these has a model too, and the process models how losses differ from
 * what they predict; see `trend.ts`.
 *
 * Running trials count as if they had ended as predicted. Failed ones count as bad. Whatever is cached can be rebuilt:
 * a suggestion is a function of the finished and running trials, the seed and the trial's number.
 *
 * @param options see {@link GaussianProcessOptions}.
 * @throws {InvalidArgumentError} an unknown option or one out of range.
 */
export function gaussianProcess(options: GaussianProcessOptions = {}): Optimizer {
  checkOptions('gaussianProcess', options, ['initialTrials', 'maxObservations']);
  const { initialTrials, maxObservations = 256 } = options;
  if (initialTrials !== undefined) {
    checkNumber('gaussianProcess', 'initialTrials', initialTrials, { min: 1, integer: true });
  }
  checkNumber('gaussianProcess', 'maxObservations', maxObservations, { min: 10, integer: true });
  const studies = new WeakMap<History, { table: FeatureTable; fits: FitCache }>();
  const earlierMeans = new WeakMap<readonly EarlierStudy[], EarlierMeans>();

  return {
    name: NAME,
    suggest(context) {
      const { history, space, earlier = [] } = context;
      let study = studies.get(history);
      if (study === undefined) {
        studies.set(
          history,
          (study = { table: new FeatureTable(new Encoding(space)), fits: new FitCache() }),
        );
      }
      const { table, fits } = study;
      const { encoding } = table;
      let means = earlierMeans.get(earlier);
      if (earlier.length > 0 && means === undefined)
        earlierMeans.set(earlier, (means = new EarlierMeans(earlier, encoding)));
      const designSize = means === undefined ? initialDesignSize(encoding) : INFORMED_DESIGN;
      if (history.finished.length < (initialTrials ?? designSize)) {
        return { row: initialDesignRow(context, encoding, designIndex(context)), why: 'initial design' };
      }
      return suggestFromModel(context, new Observations(history, table, maxObservations), fits, means);
    },
  };
}

/**
 * How many of the trials before this one were proposed here: whose turn it is follows from that, so that the models take
 * turns evenly also when other optimizers propose some of the trials.
 */
function turnOf({ history, number }: SuggestContext): number {
  let turn = 0;
  for (let trial = 0; trial < Math.min(number, history.size); trial++) {
    if (history.record(trial).by === NAME) turn++;
  }
  return turn;
}

/**
 * The model whose turn it is. With one objective, the better a model predicts losses that it has not seen, the more turns it
 * has, by the weights of the mixture that would have predicted best. With several, each has as many.
 */
function modelAt(turn: number, evidence: Evidence): ModelKind {
  const { history, trials } = evidence.observations;
  const kinds = trials.length < ROUGH_FROM ? TURNS : [...TURNS, ROUGH];
  if (history.directions.length > 1) return kinds[turn % kinds.length]!;
  const weights = stackingWeights(kinds.map((kind) => predictiveDensities(kind, evidence)));
  const shares = weights.map((weight) => EVEN_SHARE / kinds.length + (1 - EVEN_SHARE) * weight);
  // The fractional parts of its multiples are spread evenly: in any few turns each model has about its share.
  let place = (turn * GOLDEN_RATIO) % 1;
  return kinds.find((_, k) => (place -= shares[k]!) < 0) ?? kinds[0]!;
}

/**
 * Whether the model of this turn starts from what earlier studies make us expect: at first each does, later every other pair
 * of turns, so that a search which they have led to the wrong place finds its own way out.
 */
function isInformed(turn: number, observations: number): boolean {
  return observations < ALL_INFORMED || Math.floor(turn / TURNS.length) % 2 === 0;
}

function suggestFromModel(
  context: SuggestContext,
  observations: Observations,
  fits: FitCache,
  earlier: EarlierMeans | undefined,
): Suggestion {
  const { history, number, random, space } = context;
  const { encoding } = observations;
  const turn = turnOf(context);
  const pending = history.running.filter((trial) => trial !== number);
  const evidence: Evidence = {
    observations,
    fits,
    random,
    pending,
    earlier: isInformed(turn, observations.trials.length) ? earlier : undefined,
    // Every other time that it is this model's turn.
    isReferenceNear: Math.floor(turn / TURNS.length) % 2 === 1,
  };
  const kind = modelAt(turn, evidence);
  const surrogate = buildSurrogate(kind, evidence);
  const ranked = observations.ranked(observations.trials);
  const fill = observations.fill(ranked);
  const incumbents = Array.from(incumbentTrials(context, observations, ranked), (trial) =>
    observations.row(trial),
  );
  const known = new KnownPoints(observations, pending);
  const isNew = (row: Float64Array): boolean => context.accepts(row) && !known.has(row);
  const pool = candidates(context, observations, incumbents, fill, isNew);
  const why = `expected improvement, model of the ${kind.name}`;

  for (const { row } of maximizeUtility(surrogate, pool, { incumbents, fill, random })) {
    if (isNew(row)) return { row: row.slice(), why };
  }
  // Everything promising is known already: look around the best, in ever wider circles.
  const row = new Float64Array(space.leaves.length);
  for (let deviation = 0.05; deviation < 1; deviation *= 1.5) {
    perturb(encoding, incumbents[0]!, fill, random, row, deviation);
    if (isNew(space.deactivate(row))) return { row, why };
  }
  return { row: space.sampleRow(random), why: 'every candidate is known' };
}

/** The trials to search around: the five best, or five random ones of the Pareto front. */
function incumbentTrials(
  { directions, random }: SuggestContext,
  observations: Observations,
  ranked: Int32Array,
): Int32Array {
  if (directions.length === 1) return ranked.slice(0, 5);
  const front = observations.front(ranked);
  return random.shuffle(front).slice(0, 5);
}

/** The points to screen: all that are left of a small space, else a Sobol sequence and steps from the incumbents. */
function candidates(
  { space, random }: SuggestContext,
  { encoding, active }: Observations,
  incumbents: readonly Float64Array[],
  fill: Float64Array,
  isNew: (row: Float64Array) => boolean,
): Pool {
  const affordable = Math.max(FEWEST_CANDIDATES, Math.floor(COMPARISONS / active.length));
  const capacity = Math.min(MOST_CANDIDATES, affordable);
  const pool = new Pool(encoding, capacity, isNew);
  if (space.cardinality <= capacity) {
    for (const row of enumerateRows(space)) {
      pool.draft.set(row);
      pool.commit();
    }
    return pool;
  }
  const spread = Math.floor((2 / 3) * capacity);
  const sobol = createSobol(space.leaves.length, random.integer(2 ** 31));
  const unit = new Float64Array(space.leaves.length);
  for (let i = 0; i < spread; i++) {
    rowFromUnits(encoding, sobol.point(i, unit), 0, pool.draft);
    pool.commit();
  }
  for (let i = spread; i < capacity; i++) {
    const base = i % 2 === 0 ? 0 : random.integer(incumbents.length);
    perturb(encoding, incumbents[base]!, fill, random, pool.draft);
    pool.commit();
  }
  // Where constraints or exhaustion have left few, a look at some thousand more.
  for (let draw = 0; draw < 4000 && pool.size < 32; draw++) {
    pool.draft.set(space.drawRow(random));
    pool.commit();
  }
  return pool;
}
