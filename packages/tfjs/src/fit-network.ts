import {
  createRandom,
  InvalidDatasetError,
  type Dataset,
  type FitContext,
  type Infer,
  type Predictor,
  type Random,
  type SearchSpace,
  type Shape,
  type Task,
} from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { onBackend } from './backend.ts';
import type { BackendChooser } from './choose-backend.ts';
import { composeNetwork } from './compose.ts';
import { show } from './check-options.ts';
import { explain } from './errors.ts';
import { prepareNetwork, type Network } from './network.ts';
import { disposeOptimizer } from './optimizers.ts';
import type { BuildContext, TfjsLearnerOptions, TrainingOptions } from './options.ts';
import { createPredictor, encodeFeatures, networkOutputs, type Meaning } from './outputs.ts';
import { measureScaling, type Scaling } from './scaling.ts';
import { compileSettings, trainingSettings, type TrainingSettings } from './settings.ts';
import { probeTraining } from './stepper.ts';
import { createModel, type TfjsModel } from './tfjs-model.ts';
import { train } from './train.ts';
import { encodeRows, type TrainingRows } from './training-rows.ts';
import { withSeed } from './with-seed.ts';

/** A learner, as a fit sees it. */
export interface FitSource<S extends Shape> {
  readonly name: string;
  readonly task: Task;
  readonly options: TfjsLearnerOptions<S>;
  readonly chooser: BackendChooser;
}

/** Which random stream of the fit's seed is for what; see also `train` and `createStepper`. */
const BUILDING = 0;
const HOLDING_OUT = 3;

/**
 * Builds and trains the network of a configuration. When it throws, nothing that it made is left.
 *
 * @throws {InvalidParameterError} a configuration that no network can be built or trained by; errors of `build` and of
 *   TensorFlow.js come with the code `invalid_parameter` and as the cause.
 * @throws {InvalidDatasetError} data for the other task. @throws {UnsupportedError} no backend.
 * @throws {InvalidResultError} a diverging loss, or {@link TrialPruned}.
 */
export async function fitNetwork<S extends Shape>(
  source: FitSource<S>,
  params: Infer<SearchSpace<S>>,
  data: Dataset,
  context: FitContext,
): Promise<TfjsModel> {
  const { name, task, options } = source;
  if (data.task !== task) {
    throw new InvalidDatasetError(`${name} is for ${task}, and was given a dataset for ${data.task}`);
  }
  context.signal.throwIfAborted();
  const settings = trainingSettings(options, params);
  fits.begun++;
  fits.underWay++;
  try {
    const network = await buildNetwork(source, params, data, context.seed);
    return await trainNetwork(source, data, context, settings, network);
  } finally {
    fits.underWay--;
  }
}

/** Trains a network that is built, and frees it when that fails. */
async function trainNetwork<S extends Shape>(
  source: FitSource<S>,
  data: Dataset,
  context: FitContext,
  settings: TrainingSettings,
  network: Network,
): Promise<TfjsModel> {
  const { options, chooser } = source;
  try {
    const { training, validation } = divideRows(data, settings, context);
    const scaling = options.standardize === true ? measure(training, network.inputShape) : {};
    const encode = (rows: Dataset, classWeights?: TrainingOptions['classWeights']): TrainingRows =>
      encodeRows(rows, { ...scaling, width: network.width, isSparse: network.isSparse, classWeights });
    const rows = encode(training, options.classWeights);
    const backend = await chooser.forTraining(network.kind, () => probeTraining(network, rows));
    const meaning = meaningOf(source, data, network);
    const halfTrained = (known: Float32Array | undefined): Predictor =>
      createPredictor(meaning, async (asked) => {
        if (known !== undefined && asked === context.validation) return unscale(known, scaling.target);
        const features = encodeFeatures(asked, meaning, scaling.features);
        return unscale(
          (await networkOutputs(backend, network.model, features, meaning, { signal: context.signal }))
            .outputs,
          scaling.target,
        );
      });
    const record = await train({
      network,
      settings,
      rows,
      validation: validation && encode(validation),
      backend,
      context,
      predictor: halfTrained,
    });
    disposeOptimizer(network.optimizer);
    const { history, bestEpoch } = record;
    const whole = onBackend(backend, () =>
      composeNetwork(network.model, network.inputShape, scaling.features, scaling.target),
    );
    return createModel({ network: whole, meaning, backend, history, bestEpoch });
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** Calls `build` with seeded randomness, and checks what it returns. What a failing `build` has made is freed. */
async function buildNetwork<S extends Shape>(
  { name, task, options, chooser }: FitSource<S>,
  params: Infer<SearchSpace<S>>,
  data: Dataset,
  seed: number,
): Promise<Network> {
  const backend = await chooser.start();
  const { build, inputShape = data.rowShape, outputs = 'probabilities', loss } = options;
  const size = inputShape.reduce((product, factor) => product * factor, 1);
  if (size !== data.columnCount) {
    throw new InvalidDatasetError(
      `${name}: inputShape [${inputShape.join(', ')}] holds ${size} numbers, and a row of the dataset has ${data.columnCount}`,
    );
  }
  const classes = data.classes.length;
  const context: BuildContext = {
    inputShape: [...inputShape],
    classes,
    outputs: task === 'regression' ? 1 : classes,
    seed,
  };
  const random = createRandom(seed, BUILDING);
  const made = freeingOnFailure(() => seeded(backend, random, () => build(params, context)));
  const model = await made.catch((error: unknown) => {
    throw explain(error, `${name}: build threw for ${show(params)}`);
  });
  const compileOptions = (['optimizer', 'learningRate', 'loss'] as const).filter(
    (option) => options[option] !== undefined,
  );
  const compile = compileSettings(options, params);
  const demands = { task, context, loss, outputs, compile, compileOptions };
  return freeingOnFailure(() => seeded(backend, random, () => prepareNetwork(model, demands)));
}

/** Runs the synchronous part of `run` on a backend with seeded randomness. */
async function seeded<T>(backend: string, random: Random, run: () => T | Promise<T>): Promise<T> {
  return onBackend(backend, () => withSeed(random, run));
}

/** How many fits of the thread have begun, and how many are under way. */
const fits = { begun: 0, underWay: 0 };

/**
 * Runs `run`, and when it fails, frees the variables that it has made. While several fits share the thread, those made
 * behind an `await` cannot be told from the others', and stay.
 */
async function freeingOnFailure<T>(run: () => Promise<T>): Promise<T> {
  const before = new Set(Object.keys(tf.engine().registeredVariables));
  const { begun, underWay } = fits;
  const running = run();
  const atOnce = made(before);
  try {
    return await running;
  } catch (error) {
    const isAlone = underWay === 1 && fits.begun === begun;
    for (const variable of isAlone ? made(before) : atOnce) variable.dispose();
    throw error;
  }
}

function made(before: ReadonlySet<string>): readonly tf.Variable[] {
  return Object.entries(tf.engine().registeredVariables).flatMap(([name, variable]) =>
    before.has(name) ? [] : [variable],
  );
}

/** The rows to train on, and those to judge epochs by: the fold's, or a share that is left out of training. */
function divideRows(
  data: Dataset,
  { validationSplit, earlyStopping, keepBest }: TrainingSettings,
  { validation, seed }: FitContext,
): { readonly training: Dataset; readonly validation: Dataset | undefined } {
  const left = Math.round(validationSplit * data.rowCount);
  const isNeeded = earlyStopping !== undefined || keepBest;
  if (validation !== undefined || !isNeeded || left === 0 || left === data.rowCount) {
    return { training: data, validation };
  }
  const order = Int32Array.from({ length: data.rowCount }, (_, i) => i);
  createRandom(seed, HOLDING_OUT).shuffle(order);
  return { training: data.rows(order.slice(left)), validation: data.rows(order.slice(0, left)) };
}

/** How a dataset's numbers are scaled; empty when they are not. */
interface DataScaling {
  readonly features?: Scaling;
  readonly target?: Scaling;
}

function measure(data: Dataset, inputShape: readonly number[]): DataScaling {
  return {
    features: measureScaling(data.features, inputShape.at(-1) as number),
    ...(data.task === 'regression' && { target: measureScaling(data.target, 1) }),
  };
}

function unscale(outputs: Float32Array, scaling: Scaling | undefined): ArrayLike<number> {
  if (scaling === undefined) return outputs;
  const [mean, deviation] = [scaling.mean[0] as number, scaling.deviation[0] as number];
  return Float64Array.from(outputs, (value) => value * deviation + mean);
}

function meaningOf<S extends Shape>(
  { task, options }: FitSource<S>,
  data: Dataset,
  network: Network,
): Meaning {
  const { classes, featureNames } = data;
  const { inputShape, width } = network;
  return { task, classes, featureNames, inputShape, width, outputs: options.outputs ?? 'probabilities' };
}
