import { InvalidArgumentError, type FeatureRows, type Label, type Model, type Task } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { onBackend } from './backend.ts';
import { disposeModel } from './dispose-model.ts';
import { encodeArtifacts } from './model-bytes.ts';
import { createPredictor, encodeFeatures, networkOutputs, type Meaning } from './outputs.ts';
import { saveArtifacts } from './save.ts';
import type { EpochRecord } from './train.ts';

/** A trained network. */
export interface TfjsModel extends Model {
  /** What it predicts. */
  readonly task: Task;
  /** The columns, in order, that rows to predict must have. */
  readonly featureNames: readonly string[];
  /** The network, for all that TensorFlow.js can do with it. It takes rows as they are. `dispose` frees it. */
  readonly network: tf.LayersModel;
  /** The backend that it was trained on, or loaded with, and predicts with. */
  readonly backend: string;
  /** Every epoch of its training; empty for a loaded model. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights it has; -1 for a loaded model. */
  readonly bestEpoch: number;
  /**
   * The model as the content of one file, which `loadTfjsModel` reads.
   */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Saves the model in the format of TensorFlow.js: `model.json` and `weights.bin`.
   *
   * @param target a directory (a path or `file:` URL; Node only), which is made if need be; or a URL that TensorFlow.js
   *   knows (`indexeddb://digits`, `downloads://digits`), or a handler of its.
   */
  save(target: string | URL | tf.io.IOHandler): Promise<void>;
  /** Frees the weights. May be called more than once. */
  dispose(): void;
}

/** A trained classifier. */
export interface TfjsClassifierModel extends TfjsModel {
  readonly classes: readonly Label[];
  predict(rows: FeatureRows): Promise<readonly Label[]>;
  predictProbability(rows: FeatureRows): Promise<Float64Array>;
}

/** A trained regressor. */
export interface TfjsRegressorModel extends TfjsModel {
  predict(rows: FeatureRows): Promise<Float64Array>;
}

/** What a model is made of. */
export interface ModelParts {
  readonly network: tf.LayersModel;
  readonly meaning: Meaning;
  readonly backend: string;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
}

/** The model of a network that takes rows as they are. */
export function createModel(parts: ModelParts): TfjsClassifierModel | TfjsRegressorModel {
  const { network, meaning, backend, history, bestEpoch } = parts;
  let isDisposed = false;
  const checkAlive = (): void => {
    if (isDisposed)
      throw new InvalidArgumentError(
        'the model was disposed of, and its weights are gone; load it from what save() gave',
      );
  };
  const predictor = createPredictor(meaning, async (rows) => {
    checkAlive();
    const features = encodeFeatures(rows, meaning);
    return (await networkOutputs(backend, network, features, meaning)).outputs;
  });

  function save(): Promise<Uint8Array<ArrayBuffer>>;
  function save(target: string | URL | tf.io.IOHandler): Promise<void>;
  async function save(target?: string | URL | tf.io.IOHandler): Promise<Uint8Array<ArrayBuffer> | void> {
    checkAlive();
    const artifacts = await artifactsOf(network, meaning);
    return target === undefined ? encodeArtifacts(artifacts) : saveArtifacts(artifacts, target);
  }

  return {
    ...predictor,
    task: meaning.task,
    featureNames: meaning.featureNames,
    ...(meaning.task === 'classification' && { classes: meaning.classes }),
    network,
    backend,
    history,
    bestEpoch,
    save,
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      onBackend(backend, () => disposeModel(network));
    },
  } as TfjsClassifierModel | TfjsRegressorModel;
}

/** The name under which a saved model keeps what its numbers mean. */
export const METADATA = 'tunable';

/** Topology, weights and meaning of a network. */
async function artifactsOf(network: tf.LayersModel, meaning: Meaning): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler((given) => {
    artifacts = given;
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
  });
  await network.save(handler);
  return {
    ...(artifacts as unknown as tf.io.ModelArtifacts),
    userDefinedMetadata: { ...artifacts?.userDefinedMetadata, [METADATA]: { version: 1, ...meaning } },
  };
}
