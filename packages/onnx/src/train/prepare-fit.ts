import type { Dataset } from '@tunable/core';

import { crossEntropy, squaredError } from './loss.ts';
import type { NetworkInfo } from './network-model.ts';
import { createNetwork } from './network.ts';
import { updateRule } from './optimizer.ts';
import { checkSize, type NetworkParams } from './params.ts';
import type { PredictionPlan } from './prediction-graph.ts';
import {
  scaleFeatures,
  standardization,
  targetScaling,
  type Scaling,
  type TargetScaling,
} from './scaling.ts';
import { trainedLayers, type TrainedLayer, type VariableValues } from './trained-weights.ts';
import type { TrainingRows } from './trainer.ts';
import { planTraining, type TrainingPlan } from './training-graph.ts';

/** All that follows from params and data before anything runs. */
export interface PreparedFit {
  /** How the network is trained. */
  readonly training: TrainingPlan;
  /** The rows as the network takes them. */
  readonly rows: TrainingRows;
  /** How it predicts. */
  readonly prediction: PredictionPlan;
  readonly info: NetworkInfo;
  /** How the target was scaled, for regression. */
  readonly target: TargetScaling | undefined;
  /** The layers of {@link prediction} that values of the variables make. */
  readonly layersOf: (values: VariableValues) => readonly TrainedLayer[];
}

/**
 * Prepares the training of a network.
 *
 * @param data the rows to train on, which everything is scaled by.
 * @throws {InvalidParameterError} a network too large for a file.
 */
export function prepareFit(
  params: NetworkParams,
  data: Dataset,
  standardize: boolean,
  seed: number,
): PreparedFit {
  const { task, classes, featureNames, columnCount } = data;
  const scaling = standardize ? standardization(data) : undefined;
  const target = task === 'regression' ? targetScaling(data) : undefined;
  const outputs = task === 'regression' ? 1 : classes.length;
  const loss = task === 'regression' ? squaredError() : crossEntropy(outputs);
  checkSize(params.hidden, columnCount, outputs);
  const network = createNetwork(params, columnCount, outputs, loss, seed);
  const { denseNames, widths } = network;
  const present = new Set(data.target);
  const absentClasses = [...classes.keys()].filter((label) => !present.has(label));
  return {
    training: planTraining(network, updateRule(params.optimizer, params.weightDecay)),
    rows: trainingRows(data, scaling, target),
    prediction: {
      task,
      activation: params.activation,
      scaling,
      layers: denseNames.map((name, index) => ({
        name,
        inputs: widths[index] as number,
        units: widths[index + 1] as number,
      })),
    },
    info: { task, classes, featureNames },
    target,
    layersOf: (values) => trainedLayers(network, values, { absentClasses, target }),
  };
}

function trainingRows(
  data: Dataset,
  scaling: Scaling | undefined,
  target: TargetScaling | undefined,
): TrainingRows {
  return {
    features: scaleFeatures(data, scaling),
    target:
      target === undefined
        ? Int32Array.from(data.target)
        : Float32Array.from(data.target, (value) => (value - target.mean) / target.deviation),
    rowCount: data.rowCount,
    columnCount: data.columnCount,
  };
}
