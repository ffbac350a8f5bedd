import {
  InvalidResultError,
  packFeatures,
  type FeatureRows,
  type Label,
  type Predictor,
} from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { onBackend, restart } from './backend.ts';
import { explaining } from './errors.ts';
import { createTurns } from './next-turn.ts';
import { scaleFeatures, type Scaling } from './scaling.ts';

/** What a network's numbers mean. */
export interface Meaning {
  readonly task: 'classification' | 'regression';
  /** The labels; empty for regression. */
  readonly classes: readonly Label[];
  readonly featureNames: readonly string[];
  /** The shape of a row as the network takes it. */
  readonly inputShape: readonly number[];
  /** How many numbers the network gives for a row. */
  readonly width: number;
  /** What a classifier's last layer gives. */
  readonly outputs: 'probabilities' | 'logits';
}

/** Rows that are passed through a network at a time. */
const ROWS_AT_ONCE = 256;

/** What else is computed of a network's outputs, and for how long. */
export interface OutputsOptions {
  /** The loss of each of the rows from `start` on, given what the network gave for them. */
  readonly lossOf?: (predicted: tf.Tensor, start: number, end: number) => tf.Tensor;
  /** Heard between blocks of rows. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a network gives for rows, row-major; with `lossOf`, the mean of that too.
 *
 * @param features encoded rows.
 * @throws the signal's reason when it aborts.
 */
export async function networkOutputs(
  backend: string,
  model: tf.LayersModel,
  features: Float32Array,
  { inputShape, width }: Pick<Meaning, 'inputShape' | 'width'>,
  { lossOf, signal }: OutputsOptions = {},
): Promise<{ readonly outputs: Float32Array; readonly loss: number }> {
  const rowSize = inputShape.reduce((size, factor) => size * factor, 1);
  const count = features.length / rowSize;
  const outputs = new Float32Array(count * width);
  let lossSum = 0;
  const turn = createTurns();
  await restart(backend);
  for (let start = 0; start < count; start += ROWS_AT_ONCE) {
    await turn();
    signal?.throwIfAborted();
    const end = Math.min(count, start + ROWS_AT_ONCE);
    const compute = (): tf.Tensor[] =>
      tf.tidy(() => {
        const rows = features.slice(start * rowSize, end * rowSize);
        const given = model.apply(tf.tensor(rows, [end - start, ...inputShape]), {
          training: false,
        }) as tf.Tensor;
        return lossOf === undefined ? [given] : [given, tf.mean(lossOf(given, start, end))];
      });
    const [predicted, loss] = explaining('predicting failed', () => onBackend(backend, compute)) as [
      tf.Tensor,
      tf.Tensor | undefined,
    ];
    try {
      outputs.set(await predicted.data(), start * width);
      if (loss !== undefined) lossSum += ((await loss.data())[0] as number) * (end - start);
    } finally {
      tf.dispose([predicted, loss]);
    }
  }
  return { outputs, loss: lossSum / count };
}

/**
 * Answers in the words of the dataset from what a network gives.
 *
 * @param outputsFor gives the network's numbers for rows.
 */
export function createPredictor(
  meaning: Meaning,
  outputsFor: (rows: FeatureRows) => Promise<ArrayLike<number>>,
): Predictor {
  const { task, classes } = meaning;
  if (task === 'regression') {
    return { predict: async (rows) => checkNumbers(new Float64Array(await outputsFor(rows))) };
  }
  const predictProbability = async (rows: FeatureRows): Promise<Float64Array> =>
    toProbabilities(await outputsFor(rows), meaning);
  return {
    predictProbability,
    async predict(rows) {
      const probabilities = await predictProbability(rows);
      const width = classes.length;
      return Array.from({ length: probabilities.length / width }, (_, row) => {
        const ofRow = probabilities.subarray(row * width, (row + 1) * width);
        return classes[ofRow.indexOf(Math.max(...ofRow))] as Label;
      });
    },
  };
}

/** Rows as a network takes them. */
export function encodeFeatures(rows: FeatureRows, meaning: Meaning, scaling?: Scaling): Float32Array {
  return scaleFeatures(packFeatures(rows, meaning.featureNames).features, scaling);
}

/** How far the sum of a softmax's 32-bit floats may be from 1. */
const TOLERANCE = 1e-3;

/** Probabilities of all classes that sum to 1 in double precision. */
function toProbabilities(given: ArrayLike<number>, { classes, outputs, width }: Meaning): Float64Array {
  const values = checkNumbers(new Float64Array(given));
  if (width === 1) {
    const ofSecond = outputs === 'logits' ? values.map((x) => 1 / (1 + Math.exp(-x))) : values;
    const outside = ofSecond.findIndex((p) => p < 0 || p > 1);
    if (outside >= 0) throw notProbabilities(outside, [ofSecond[outside] as number], 'sigmoid');
    return Float64Array.from({ length: 2 * values.length }, (_, i) => {
      const p = ofSecond[i >> 1] as number;
      return i % 2 === 0 ? 1 - p : p;
    });
  }
  const count = classes.length;
  for (let start = 0; start < values.length; start += count) {
    const ofRow = values.subarray(start, start + count);
    if (outputs === 'logits') {
      const largest = Math.max(...ofRow);
      for (let i = 0; i < count; i++) ofRow[i] = Math.exp((ofRow[i] as number) - largest);
    }
    const sum = ofRow.reduce((total, p) => total + p, 0);
    if (outputs === 'probabilities' && (Math.abs(sum - 1) > TOLERANCE || ofRow.some((p) => p < 0))) {
      throw notProbabilities(start / count, Array.from(ofRow), 'softmax');
    }
    for (let i = 0; i < count; i++) ofRow[i] = (ofRow[i] as number) / sum;
  }
  return values;
}

function notProbabilities(row: number, values: readonly number[], activation: string): InvalidResultError {
  const listed = values.slice(0, 4).map((value) => value.toPrecision(3));
  return new InvalidResultError(
    `the network gives ${listed.join(', ')}${values.length > 4 ? ', ...' : ''} for row ${row}, which are not probabilities; end it with activation: '${activation}', or say outputs: 'logits'`,
  );
}

function checkNumbers(values: Float64Array): Float64Array {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return values;
  throw new InvalidResultError(
    `the network gives ${values[wrong]} as output ${wrong}; its weights have diverged: a smaller learning rate may help`,
  );
}
