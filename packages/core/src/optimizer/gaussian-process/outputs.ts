import { nonDominatedRanks, paretoFront } from '../../analysis/pareto.ts';
import type { Random } from '../../math/random.ts';
import { fit, LARGEST_SAMPLE, type FitCache, type Sample } from './fit.ts';
import { hypervolumeImprovement } from './hypervolume-improvement.ts';
import type { Kernel } from './kernel.ts';
import type { Observations } from './observations.ts';
import type { EarlierMeans } from './earlier-means.ts';
import { Likelihood } from './likelihood.ts';
import { Posterior } from './posterior.ts';
import { randomWeights, scalarize } from './scalarize.ts';
import { Surrogate } from './surrogate.ts';
import { filledLosses, finiteConstraints, toTargets, type Targets, type TargetScale } from './targets.ts';
import { fitTrend, type Trend } from './trend.ts';
import { TrendedPosterior, type Belief } from './trended-posterior.ts';
import { constrained, expectedImprovement, type Utility } from './utility.ts';

/** How the losses are modelled. */
export interface ModelKind {
  readonly name: string;
  readonly scale: TargetScale;
  readonly isAdditive: boolean;
  /** The length scale that is expected, the range of a hyperparameter being 1. */
  readonly typicalScale: number;
}

/** Beyond this many objectives boxes become too many, and the objectives are always combined into one at random. */
const MOST_OBJECTIVES = 3;

/** What a study's models are made from. */
export interface Evidence {
  readonly observations: Observations;
  readonly fits: FitCache;
  readonly random: Random;
  /** Numbers of the running trials, whose outcome is taken to be as predicted. */
  readonly pending: readonly number[];
  /** With several objectives: whether the reference point lies close to the known front, or farther out. */
  readonly isReferenceNear: boolean;
  /** What earlier studies make us expect of the one objective, if there are any. */
  readonly earlier?: EarlierMeans | undefined;
}

/**
 * Fits a model to every objective and constraint and combines them into what the next configuration maximizes: the
 * logarithm of the expected improvement plus that of the probability to be feasible. While nothing feasible is known, the
 * latter alone.
 *
 * Improvement is that of the best loss. With two or three objectives it is that of the hypervolume when losses are
 * modelled as they are; logarithms would distort volumes, and so their turn goes to the logarithm of one random
 * scalarization, as do all turns with more objectives.
 */
export function buildSurrogate(kind: ModelKind, evidence: Evidence): Surrogate {
  const { observations, pending } = evidence;
  const { history } = observations;
  const objectives = history.directions.length;
  const outputs =
    objectives > MOST_OBJECTIVES || (objectives > 1 && kind.scale === 'log')
      ? [scalarizedOutput(kind, evidence)]
      : Array.from({ length: objectives }, (_, j) => objectiveOutput(kind, j, evidence));
  const constraints = constraintOutputs(evidence);

  const points = observations.points(pending);
  const features = observations.encoding.featureCount;
  const believed = [...outputs, ...constraints].map(({ model }) =>
    Float64Array.from(pending, (_, i) => model.append(points, i * features)),
  );
  const feasible: number[] = [];
  const { active } = observations;
  for (const [i, trial] of active.entries()) if (observations.isFeasible(trial)) feasible.push(i);

  let utility: Utility | null = null;
  if (feasible.length > 0 || constraints.length === 0) {
    const known = feasible.length > 0 ? feasible : Array.from(active.keys());
    const columns = outputs.map(({ targets }, j) => [
      ...known.map((i) => targets.targets[i]!),
      // Whether a running trial will prove feasible is not known, so that it sets no mark.
      ...(constraints.length === 0 ? believed[j]! : []),
    ]);
    utility = improvementOver(columns, evidence.isReferenceNear);
  }
  const models = [...outputs, ...constraints].map(({ model }) => model);
  if (constraints.length > 0) {
    utility = constrained(
      utility,
      outputs.length,
      constraints.map(({ targets }) => targets.of(0)),
    );
  }
  return new Surrogate(models, utility!);
}

interface Output {
  readonly model: Belief;
  readonly targets: Targets;
}

function objectiveOutput(kind: ModelKind, objective: number, evidence: Evidence): Output {
  const { observations, fits } = evidence;
  const { name, kernel, models, targetsOf, sample } = taskOf(kind, objective, evidence);
  const theta = fits.parameters(name, kernel, observations.trials, sample);
  return condition(kernel, theta, evidence, observations.active, targetsOf, models);
}

/**
 * How well a model of the one objective predicts each loss that it is fitted to from the others: logarithms of densities, of the same
 * trials for every kind of model. (Losses, not targets: kinds differ in what they make of a loss.)
 */
export function predictiveDensities(kind: ModelKind, evidence: Evidence): Float64Array {
  const { observations, fits } = evidence;
  const { name, kernel, targetsOf, sample } = taskOf(kind, 0, evidence);
  return fits.derive(name, observations.trials, (trials) => {
    const theta = fits.parameters(name, kernel, observations.trials, sample);
    const { points, targets } = sample(trials);
    const densities = new Likelihood(kernel, points, targets).leaveOneOut(theta);
    const selected = observations.selected(trials, LARGEST_SAMPLE);
    const losses = filledLosses(observations.history, 0, selected);
    const scale = targetsOf(selected);
    return densities.map((density, i) => density + scale.logSlope(losses[i]!));
  });
}

/** What a model of an objective learns. */
interface Task {
  /** Under which its fits are kept. */
  readonly name: string;
  readonly kernel: Kernel;
  /** Those of earlier studies. */
  readonly models: readonly Posterior[];
  readonly targetsOf: (active: Int32Array) => Targets;
  readonly sample: (trials: Int32Array) => Sample;
}

function taskOf(kind: ModelKind, objective: number, { observations, earlier }: Evidence): Task {
  const kernel = kernelOf(observations, kind);
  const targetsOf = (active: Int32Array): Targets =>
    toTargets(filledLosses(observations.history, objective, active), kind.scale);
  const models = earlier?.of(kind, kernel) ?? [];
  // Residuals of a trend and the targets themselves are different samples of the same trials.
  const name = `${kind.name} ${objective}${models.length > 0 ? ', informed' : ''}`;
  const sample = (trials: Int32Array): Sample => {
    const { points, targets } = sampleOf(observations, trials, targetsOf);
    return { points, targets: trendOf(models, points, targets)?.residuals ?? targets };
  };
  return { name, kernel, models, targetsOf, sample };
}

/** Undefined without earlier models. */
function trendOf(
  models: readonly Posterior[],
  points: Float64Array,
  targets: Float64Array,
): Trend | undefined {
  if (models.length === 0) return undefined;
  const features = points.length / targets.length;
  const predictions = models.map((model) =>
    targets.map((_, i) => {
      model.predictMean(points, i * features, false);
      return model.mean;
    }),
  );
  return fitTrend(predictions, targets);
}

/**
 * Since every suggestion draws other weights, the schedule of fits serves equal weights, and from there a few steps lead
 * to the parameters for the weights drawn. These steps are on no schedule: they take at most 12 evaluations of the likelihood
 * of at most {@link LARGEST_SAMPLE} observations, about as much again as the rest of the suggestion. Without them, with a
 * third of them or with half of the observations, the mean hypervolume on ZDT1 after 100 trials was lower (4 to 10 seeds).
 */
function scalarizedOutput(kind: ModelKind, evidence: Evidence): Output {
  const { observations, fits, random } = evidence;
  const objectives = observations.history.directions.length;
  const kernel = kernelOf(observations, kind);
  const targetsFor = (weights: Float64Array) => (active: Int32Array) => {
    const losses = Array.from(weights, (_, j) => filledLosses(observations.history, j, active));
    return toTargets(scalarize(losses, weights), kind.scale);
  };
  const equal = targetsFor(new Float64Array(objectives).fill(1 / objectives));
  const drawn = targetsFor(randomWeights(objectives, random));
  const start = fits.parameters(kind.name, kernel, observations.trials, (trials) =>
    sampleOf(observations, trials, equal),
  );
  const { theta } = fit(kernel, sampleOf(observations, observations.trials, drawn), start);
  return condition(kernel, theta, evidence, observations.active, drawn);
}

function constraintOutputs(evidence: Evidence): Output[] {
  const { observations, fits } = evidence;
  const { history } = observations;
  const kernel = kernelOf(observations, { isAdditive: false, typicalScale: 1 });
  const outputs: Output[] = [];
  for (let c = 0; c < history.constraintCount; c++) {
    const column = history.constraint(c);
    const known = observations.trials.filter((trial) => !Number.isNaN(column[trial]!));
    if (known.length === 0) continue;
    const targetsOf = (active: Int32Array): Targets =>
      toTargets(finiteConstraints(history, c, active), 'linear');
    const theta = fits.parameters(`constraint ${c}`, kernel, known, (trials) =>
      sampleOf(observations, trials, targetsOf),
    );
    const active = observations.active.filter((trial) => !Number.isNaN(column[trial]!));
    outputs.push(condition(kernel, theta, evidence, active, targetsOf));
  }
  return outputs;
}

function kernelOf(
  { encoding }: Observations,
  { isAdditive, typicalScale }: Pick<ModelKind, 'isAdditive' | 'typicalScale'>,
): Kernel {
  const { featureCount, groupCount, groupOf } = encoding;
  return { features: featureCount, groups: groupCount, groupOf, isAdditive, typicalScale };
}

function sampleOf(
  observations: Observations,
  trials: Int32Array,
  targetsOf: (active: Int32Array) => Targets,
): Sample {
  const selected = observations.selected(trials, LARGEST_SAMPLE);
  return { points: observations.points(selected), targets: targetsOf(selected).targets };
}

function condition(
  kernel: Kernel,
  theta: Float64Array,
  { observations, pending }: Evidence,
  active: Int32Array,
  targetsOf: (active: Int32Array) => Targets,
  earlier: readonly Posterior[] = [],
): Output {
  const targets = targetsOf(active);
  const points = observations.points(active);
  const trend = trendOf(earlier, points, targets.targets);
  const rest = new Posterior(kernel, theta, points, trend?.residuals ?? targets.targets, pending.length);
  return { model: trend === undefined ? rest : new TrendedPosterior(rest, earlier, trend), targets };
}

/** The expected improvement over known targets, one column per objective. */
function improvementOver(columns: readonly (readonly number[])[], isReferenceNear: boolean): Utility {
  const objectives = columns.length;
  if (objectives === 1) return expectedImprovement(columns[0]!.reduce((a, b) => Math.min(a, b), Infinity));
  const count = columns[0]!.length;
  const points = Float64Array.from(
    { length: count * objectives },
    (_, i) => columns[i % objectives]![Math.floor(i / objectives)]!,
  );
  const front = paretoFront(points, objectives);
  const best = Float64Array.from(
    { length: front.length * objectives },
    (_, i) => points[front[Math.floor(i / objectives)]! * objectives + (i % objectives)]!,
  );
  return hypervolumeImprovement(best, referenceOf(points, objectives, isReferenceNear));
}

/**
 * Per objective, the worst value on the front, or among the better half of the points by non-dominated sorting (whole
 * ranks of it), plus a tenth of the range there. With the near reference alone, the search would forget whatever lies
 * beyond the part of the front that it happened to find first; with the far one alone, it would spend itself on the
 * extremes.
 */
function referenceOf(points: Float64Array, objectives: number, isNear: boolean): Float64Array {
  const ranks = nonDominatedRanks(points, objectives);
  const cut = isNear ? 0 : ranks.toSorted()[Math.ceil(ranks.length / 2) - 1]!;
  return Float64Array.from({ length: objectives }, (_, j) => {
    let best = Infinity;
    let worst = -Infinity;
    for (const [i, rank] of ranks.entries()) {
      if (rank > cut) continue;
      best = Math.min(best, points[i * objectives + j]!);
      worst = Math.max(worst, points[i * objectives + j]!);
    }
    return worst + 0.1 * (worst - best || 1);
  });
}
