import {
  datasetFromPlain,
  InvalidArgumentError,
  InvalidDatasetError,
  packFeatures,
  type Dataset,
  type FeatureRows,
  type Features,
} from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { checkOptions, checkRuntime, show } from '../check.ts';
import { describeModel, explainFailure } from '../explain-failure.ts';
import { checkFeeds } from '../model-signature.ts';
import { openSessionFor } from '../open-session.ts';
import { defaultProvider } from '../providers/known-providers.ts';
import type { Feeds, OnnxModel, OnnxRuntime, Outputs } from '../runtime.ts';
import { computeFeatures, packed } from './compute-features.ts';
import { externalWeights } from './external-weights.ts';
import { contentKey, folderCache } from './features-cache.ts';
import { featuresPlan, type FeaturesPlan } from './features-plan.ts';

/** Options of {@link onnxFeatures}. */
export interface OnnxFeaturesOptions {
  /** The module `onnxruntime-node` or `onnxruntime-web`. */
  runtime: OnnxRuntime;
  /** The frozen model. */
  model: OnnxModel;
  /** Which of its outputs become the features. Default: the only one; if it has several, this must be given. */
  output?: string;
  /** Which of its inputs takes the rows. Default: the only one that `otherInputs` does not give. */
  input?: string;
  /** The model's other inputs, the same for every batch (a sampling rate, a mask). */
  otherInputs?: Feeds;
  /**
   * Writes one row of the data as the model wants it: normalized, transposed, resized. Default: the numbers as they are.
   *
   * @param row the row's numbers; not to be changed. @param into where to write, of the size that the model's input has per row.
   */
  prepare?: (row: Float64Array, into: Float32Array) => void;
  /** The shape of one row as the model takes it, without the batch. Default: what the model declares, or the shape of the data's rows. */
  inputShape?: readonly number[];
  /** How many rows are run at a time. Default 32, or the batch size that the model declares. */
  batchSize?: number;
  /** Which execution providers to try, in order. Default: `['cpu']` (`['wasm']` in onnxruntime-web). */
  providers?: readonly string[];
  /** Anything else for the session. */
  sessionOptions?: InferenceSession.SessionOptions;
  /** A folder in which features are kept from one run of the program to the next. Default: in memory only. */
  cache?: string;
  /** What `prepare` does, as a text of your own that changes when it does ('mean 0.5, std 0.5'): with both `cache` and `prepare` it is needed. */
  cacheKey?: string;
}

const NAMES = [
  'runtime',
  'model',
  'output',
  'input',
  'otherInputs',
  'prepare',
  'inputShape',
  'batchSize',
  'providers',
  'sessionOptions',
  'cache',
  'cacheKey',
];

/** A frozen model that turns rows into features. Made by {@link onnxFeatures}. */
export interface OnnxFeatures {
  /** On which execution provider it runs. */
  readonly provider: string;
  /**
   * The dataset with the model's outputs instead of its features; target, classes and groups stay. Computed once per dataset.
   *
   * @throws {InvalidDatasetError} rows that do not have the size of the model's input, outputs that are not finite.
   */
  dataset(data: Dataset): Promise<Dataset>;
  /**
   * The features of rows, for a model that was trained on {@link dataset}: packed rows, or arrays of numbers.
   *
   * @throws {InvalidDatasetError} as above.
   */
  rows(rows: FeatureRows): Promise<Features>;
  /** Releases the session. Features that were computed stay. */
  close(): Promise<void>;
}

/**
 * Uses a frozen model as a way to compute features, on which any learner can be tuned (transfer learning).
 *
 * @throws {InvalidArgumentError} options, a model that is none, an output or input that it does not have (the message lists them).
 * @throws {UnsupportedError} none of the providers can run it.
 * @example
 * const features = await onnxFeatures({ runtime: ort, model: 'backbone.onnx', output: 'embedding' });
 * const result = await tune(randomForestClassifier(), await features.dataset(images), { metric: 'accuracy' });
 * const label = await result.model.predict(await features.rows([newImage]));
 * await features.close();
 */
export async function onnxFeatures(options: OnnxFeaturesOptions): Promise<OnnxFeatures> {
  checkOptions('onnxFeatures', options, NAMES);
  const { model, prepare, cache, cacheKey, sessionOptions } = options;
  const runtime = checkRuntime('onnxFeatures', options.runtime);
  const { providers = [defaultProvider(runtime)] } = options;
  if (prepare !== undefined && typeof prepare !== 'function') {
    throw new InvalidArgumentError(
      `onnxFeatures: prepare must be a function (row, into) => void, not ${show(prepare)}`,
    );
  }
  if (cache !== undefined && prepare !== undefined && cacheKey === undefined) {
    throw new InvalidArgumentError(
      'onnxFeatures: with cache and prepare, cacheKey must tell what prepare does, in a text that changes when it does',
    );
  }
  if (cache !== undefined && (typeof cache !== 'string' || cache === '')) {
    throw new InvalidArgumentError(`onnxFeatures: cache must be the path of a folder, not ${show(cache)}`);
  }
  const store = cache === undefined ? undefined : folderCache(cache);
  const { session, provider } = await openSessionFor('onnxFeatures', {
    runtime,
    model,
    providers,
    ...(sessionOptions === undefined ? {} : { sessionOptions }),
  });
  let plan: FeaturesPlan;
  try {
    plan = featuresPlan(session, options);
  } catch (error) {
    await session.release();
    throw error;
  }
  const context = { owner: 'onnxFeatures', model: describeModel(model), provider, signature: session };
  const run = async (feeds: Feeds): Promise<Outputs> => {
    checkFeeds('onnxFeatures', feeds, session);
    try {
      return await session.run(feeds, [plan.output]);
    } catch (error) {
      throw explainFailure(error, context);
    }
  };
  const keyOf = async (data: Features, rowShape: readonly number[]): Promise<string> => {
    const bytes = await modelBytes(model);
    const job = describeJob(options, plan, provider, rowShape);
    return contentKey([bytes, job, data.features, ...(await externalWeights(model, bytes, sessionOptions))]);
  };
  const compute = async (data: Features, rowShape: readonly number[]): Promise<Features> => {
    if (isClosed) throw new InvalidArgumentError('onnxFeatures: it was closed; make another one');
    const key = store && (await keyOf(data, rowShape));
    const known = key === undefined ? undefined : await store?.read(key);
    if (known !== undefined) return packed(known, data.rowCount);
    const features = await computeFeatures({ runtime, run, plan, prepare }, data, rowShape);
    if (key !== undefined) await store?.write(key, features.features);
    return features;
  };
  const datasets = new WeakMap<Float64Array, Promise<Features>>();
  let isClosed = false;
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<Features>): Promise<Features> => {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  };
  return {
    provider,
    async dataset(data) {
      let computed = datasets.get(data.features);
      if (computed === undefined) {
        computed = inTurn(() => compute(data, data.rowShape));
        datasets.set(data.features, computed);
        computed.catch(() => datasets.delete(data.features));
      }
      const { features, columnCount } = await computed;
      const { task, target, classes, groups, rowCount } = data;
      const featureNames = Array.from({ length: columnCount }, (_, i) => `${plan.output}${i}`);
      const rest = { task, target, classes, rowCount, ...(groups && { groups }) };
      return datasetFromPlain({ ...rest, features, columnCount, featureNames, rowShape: [columnCount] });
    },
    rows(given) {
      return inTurn(() => {
        const rows = packRows(given);
        return compute(rows, [rows.columnCount]);
      });
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await queue;
      await session.release();
    },
  };
}

/** Rows without names: packed ones, or arrays of numbers. */
function packRows(rows: FeatureRows): Features {
  if ('columnCount' in rows) return rows;
  const [first] = rows;
  if (Array.isArray(first) || ArrayBuffer.isView(first)) {
    const { length } = first as ArrayLike<number>;
    return packFeatures(
      rows,
      Array.from({ length }, (_, i) => `x${i}`),
    );
  }
  throw new InvalidDatasetError(
    `onnxFeatures: rows must be packed, or arrays of numbers, not ${show(first)}; records have no order`,
  );
}

/** Everything besides the model and the rows on which the features depend. */
function describeJob(
  { cacheKey = '' }: OnnxFeaturesOptions,
  { input, output, rowShape, otherInputs }: FeaturesPlan,
  provider: string,
  dataShape: readonly number[],
): string {
  const others = Object.entries(otherInputs).map(([name, value]) => {
    const { dims, data } = value;
    return [name, dims, Array.from(data as ArrayLike<unknown>, String)];
  });
  return JSON.stringify([input, output, rowShape ?? dataShape, provider, cacheKey, others]);
}

async function modelBytes(model: OnnxModel): Promise<Uint8Array> {
  if (typeof model !== 'string') return model;
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const files = process?.getBuiltinModule?.('node:fs/promises') as {
    readFile(path: string): Promise<Uint8Array>;
  };
  return files.readFile(model);
}
