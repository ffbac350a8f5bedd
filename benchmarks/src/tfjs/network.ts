import { appendFileSync } from 'node:fs';

import { categorical, float, int, type FitContext, type Learner } from '@tunable/core';
import { tfjsClassifier, type TfjsClassifierModel } from '@tunable/tfjs';
import * as tf from '@tensorflow/tfjs';

/** What `network` is made with, as JSON. */
export type NetworkOptions = {
  readonly epochs: number;
  readonly backend: string;
  /** A file that gets a line for each fit: the milliseconds that training and predicting took, reports not included. */
  readonly log?: string;
};

/** A network for digits, for worker threads too. */
export function network(options: NetworkOptions): Learner {
  const { epochs, backend, log } = options;
  const learner = tfjsClassifier({
    source: { module: import.meta.url, export: 'network', arguments: [options] },
    space: {
      units: int(16, 128, { scale: 'log', default: 64 }),
      dropout: float(0, 0.5, { default: 0 }),
      learningRate: float(1e-4, 1e-1, { scale: 'log', default: 1e-3 }),
      batchSize: categorical([32, 64, 128], { default: 64 }),
    },
    build: ({ units, dropout }, { inputShape, classes }) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units, inputShape, activation: 'relu' }),
          tf.layers.dropout({ rate: dropout }),
          tf.layers.dense({ units: classes, activation: 'softmax' }),
        ],
      }),
    epochs,
    backend,
  }) as unknown as Learner;
  return log === undefined ? learner : timed(learner, log);
}

/** The learner, with a line in the file for each of its models when it is thrown away. */
function timed(learner: Learner, file: string): Learner {
  return {
    ...learner,
    async fit(params, data, context) {
      let reportMs = 0;
      const report: FitContext['report'] = async (...args) => {
        const start = performance.now();
        await context.report(...args);
        reportMs += performance.now() - start;
      };
      const start = performance.now();
      const model = (await learner.fit(params, data, { ...context, report })) as TfjsClassifierModel;
      let workMs = performance.now() - start - reportMs;
      const counted = async <T>(work: Promise<T>): Promise<T> => {
        const from = performance.now();
        const result = await work;
        workMs += performance.now() - from;
        return result;
      };
      return {
        ...model,
        predict: (rows) => counted(model.predict(rows)),
        predictProbability: (rows) => counted(model.predictProbability(rows)),
        dispose() {
          appendFileSync(file, `${workMs}\n`);
          model.dispose();
        },
      };
    },
  };
}
