import {
  InvalidArgumentError,
  packFeatures,
  type FeatureRows,
  type Label,
  type Model,
  type Task,
} from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { createSession, type ProviderFailure } from '../open-session.ts';
import type { OnnxRuntime } from '../runtime.ts';
import { predictRows } from './predict-rows.ts';
import { PREDICTION, PROBABILITIES } from './prediction-graph.ts';

/** A trained network, for classification or regression: `classes` tells which, as regression has none. */
export interface OnnxNetworkModel extends Model {
  /** The columns, in order, that rows to predict must have. */
  readonly featureNames: readonly string[];
  /** The execution provider that it predicts on; of a trained model also the one it was trained on. */
  readonly provider: string;
  /** The providers that were tried before that one and failed, with the reason. */
  readonly fellBackFrom: readonly ProviderFailure[];
  /** How it was trained; absent for a model that was loaded. */
  readonly training?: TrainingRecord;
  /** Labels of the dataset's type, or numbers for regression. */
  predict(rows: FeatureRows): Promise<readonly Label[] | Float64Array>;
  /** Present for classification. */
  predictProbability?(rows: FeatureRows): Promise<Float64Array>;
  /**
   * The content of an `.onnx` file for any ONNX runtime: input `features` (float32, rows x columns, as they come), outputs
   * `probabilities` (float32, rows x classes) and `class` (int64, the index of the most probable one), or `prediction`
   * (float32, a number per row). Its metadata name the columns (`tunable.featureNames`) and classes (`tunable.classes`)
   * as JSON.
   */
  save(): Uint8Array<ArrayBuffer>;
  /** Frees the session, which exists since the first prediction. Predictions are errors from then on. */
  dispose(): Promise<void>;
}

/** A trained network for classification. */
export interface OnnxClassifierModel extends OnnxNetworkModel {
  readonly classes: readonly Label[];
  predict(rows: FeatureRows): Promise<readonly Label[]>;
  predictProbability(rows: FeatureRows): Promise<Float64Array>;
}

/** A trained network for regression. */
export interface OnnxRegressorModel extends OnnxNetworkModel {
  predict(rows: FeatureRows): Promise<Float64Array>;
}

/** How a network was trained. */
export interface TrainingRecord {
  /** The mean loss of the training rows in each epoch, while training (so with dropout, and before each step). */
  readonly losses: readonly number[];
  /** The mean loss of the validation rows after each epoch; empty if they were not needed. */
  readonly validationLosses: readonly number[];
  /** The epoch that the weights are of, counted from 1. */
  readonly bestEpoch: number;
}

/** What a saved network knows of its data. */
export interface NetworkInfo {
  readonly task: Task;
  readonly featureNames: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly Label[];
}

/** Where a network predicts. */
export interface ModelHome {
  readonly runtime: OnnxRuntime;
  readonly provider: string;
  readonly fellBackFrom: OnnxNetworkModel['fellBackFrom'];
  readonly sessionOptions: InferenceSession.SessionOptions;
}

/**
 * The model of a saved network.
 *
 * @param bytes the content of its file.
 * @param more how it was trained, and a session of the file if there is one.
 */
export function createModel(
  bytes: Uint8Array<ArrayBuffer>,
  info: NetworkInfo,
  { runtime, provider, fellBackFrom, sessionOptions }: ModelHome,
  { training, session }: { readonly training?: TrainingRecord; readonly session?: InferenceSession },
): OnnxNetworkModel {
  let opening = session === undefined ? undefined : Promise.resolve(session);
  let isDisposed = false;
  const run = async (
    rows: FeatureRows,
    output: string,
    width: number,
  ): Promise<Float32Array<ArrayBuffer>> => {
    const packed = packFeatures(rows, info.featureNames);
    if (isDisposed)
      throw new InvalidArgumentError('the model was disposed of; load it again from what save() gave');
    opening ??= createSession('the trained network', runtime, bytes, provider, sessionOptions);
    return predictRows({ runtime, provider, session: await opening }, packed, output, width);
  };
  return {
    featureNames: info.featureNames,
    provider,
    fellBackFrom,
    ...(training && { training }),
    ...predictorOf(info, run),
    save: () => bytes.slice(),
    async dispose() {
      isDisposed = true;
      const session = opening;
      opening = undefined;
      // A session that could not be opened has nothing to free.
      await session?.then(
        (opened) => opened.release(),
        () => undefined,
      );
    },
  };
}

/** The methods of a model that predict, from what gives the graph's outputs for rows. */
export function predictorOf(
  { task, classes }: Pick<NetworkInfo, 'task' | 'classes'>,
  run: (rows: FeatureRows, output: string, width: number) => Promise<Float32Array>,
): Pick<OnnxNetworkModel, 'classes' | 'predict' | 'predictProbability'> {
  if (task === 'regression') {
    return { predict: async (rows) => Float64Array.from(await run(rows, PREDICTION, 1)) };
  }
  const width = classes.length;
  const predictProbability = async (rows: FeatureRows): Promise<Float64Array> =>
    toUnitSums(await run(rows, PROBABILITIES, width), width);
  return {
    classes,
    predictProbability,
    predict: async (rows) => mostProbable(await predictProbability(rows), classes),
  };
}

/** Probabilities that sum to 1 in 64 bits too. */
function toUnitSums(probabilities: Float32Array, width: number): Float64Array {
  const exact = Float64Array.from(probabilities);
  for (let start = 0; start < exact.length; start += width) {
    let sum = 0;
    for (let i = start; i < start + width; i++) sum += exact[i] as number;
    for (let i = start; i < start + width; i++) exact[i] = (exact[i] as number) / sum;
  }
  return exact;
}

/** The first of the most probable classes of each row. */
function mostProbable(probabilities: Float64Array, classes: readonly Label[]): Label[] {
  const width = classes.length;
  return Array.from({ length: probabilities.length / width }, (_, row) => {
    let best = row * width;
    for (let i = best + 1; i < (row + 1) * width; i++) {
      if ((probabilities[i] as number) > (probabilities[best] as number)) best = i;
    }
    return classes[best - row * width] as Label;
  });
}
