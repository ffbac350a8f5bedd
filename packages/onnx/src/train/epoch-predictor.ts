import { packFeatures, type Dataset, type FeatureRows, type Predictor } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { createSession } from '../open-session.ts';
import { denseBias, denseWeights } from './dense.ts';
import { predictorOf, type ModelHome, type NetworkInfo } from './network-model.ts';
import { predictRows } from './predict-rows.ts';
import { PREDICTION, predictionModel, PROBABILITIES, type PredictionPlan } from './prediction-graph.ts';
import type { TargetScaling } from './scaling.ts';
import type { TrainedLayer } from './trained-weights.ts';

/** Predicts with the weights of the epoch that has just ended. */
export interface EpochPredictor {
  /** A predictor with weights that are asked for when it first predicts; of use until the next step only. */
  predictor(weights: () => Promise<readonly TrainedLayer[]>): Predictor & LossMeter;
  /** Frees the session, if there is one. */
  release(): Promise<void>;
}

/** Measures what training makes small. */
interface LossMeter {
  /** The mean loss of rows: cross entropy, or the squared error of the standardized target. */
  loss(data: Dataset): Promise<number>;
}

/** One session for the epochs of a fit, with the weights as inputs. */
export function epochPredictor(
  plan: PredictionPlan,
  info: NetworkInfo,
  target: TargetScaling | undefined,
  { runtime, provider, sessionOptions }: ModelHome,
): EpochPredictor {
  let opening: Promise<InferenceSession> | undefined;
  return {
    predictor(weights) {
      let feeds: Promise<{ readonly [name: string]: InstanceType<typeof runtime.Tensor> }> | undefined;
      // The loss and the metric are both of the validation rows, which need computing once.
      const answers = new Map<FeatureRows, Promise<Float32Array>>();
      const compute = async (rows: FeatureRows, output: string, width: number): Promise<Float32Array> => {
        const packed = packFeatures(rows, info.featureNames);
        opening ??= createSession('training', runtime, predictionModel(plan), provider, sessionOptions);
        feeds ??= weights().then((layers) =>
          Object.fromEntries(
            layers.flatMap(({ name, inputs, units, weights: matrix, bias }) => [
              [denseWeights(name), new runtime.Tensor('float32', matrix, [inputs, units])] as const,
              [denseBias(name), new runtime.Tensor('float32', bias, [units])] as const,
            ]),
          ),
        );
        // Both awaited at once: a failure of either is heard, whichever comes first.
        const [session, inputs] = await Promise.all([opening, feeds]);
        return predictRows({ runtime, provider, session }, packed, output, width, inputs);
      };
      const run = (rows: FeatureRows, output: string, width: number): Promise<Float32Array> => {
        const known = answers.get(rows) ?? compute(rows, output, width);
        answers.set(rows, known);
        return known;
      };
      return {
        ...predictorOf(info, run),
        async loss(data) {
          return target === undefined
            ? crossEntropyOf(await run(data, PROBABILITIES, data.classes.length), data)
            : squaredErrorOf(await run(data, PREDICTION, 1), data, target);
        },
      };
    },
    async release() {
      await opening?.then(
        (session) => session.release(),
        () => undefined,
      );
    },
  };
}

function crossEntropyOf(probabilities: Float32Array, { target, classes }: Dataset): number {
  const width = classes.length;
  // Below the smallest number that 32 bits resolve beside 1 nothing is known.
  const sum = target.reduce(
    (total, label, row) => total - Math.log(Math.max(probabilities[row * width + label] as number, 1e-7)),
    0,
  );
  return sum / target.length;
}

function squaredErrorOf(
  predictions: Float32Array,
  { target }: Dataset,
  { deviation }: TargetScaling,
): number {
  const sum = target.reduce(
    (total, value, row) => total + (((predictions[row] as number) - value) / deviation) ** 2,
    0,
  );
  return sum / target.length;
}
