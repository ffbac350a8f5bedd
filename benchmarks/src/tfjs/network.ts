import { appendFileSync } from 'node:fs';

import { categorical, float, int, type FitContext, type Learner } from '@tunable/core';
import { tfjsClassifier, type TfjsClassifierModel } from '@tunable/tfjs';
import * as tf from '@tensorflow/tfjs';

/** What `network` is made with, as JSON. */
export type NetworkOptions = {
  readonly epochs: number;
  readonly backend: string;
  /**
   * A file that gets a line for each fit: the milliseconds that training and predicting took, reports not included, by the clock and by
   * the processor (all threads of the process).
   */
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
      const work = stopwatch();
      const report: FitContext['report'] = async (...args) => {
        work.stop();
        await context.report(...args);
        work.start();
      };
      work.start();
      const model = (await learner.fit(params, data, { ...context, report })) as TfjsClassifierModel;
      work.stop();
      const counted = async <T>(predict: () => Promise<T>): Promise<T> => {
        work.start();
        const result = await predict();
        work.stop();
        return result;
      };
      return {
        ...model,
        predict: (rows) => counted(() => model.predict(rows)),
        predictProbability: (rows) => counted(() => model.predictProbability(rows)),
        dispose() {
          appendFileSync(file, `${work.wallMs()} ${work.cpuMs()}\n`);
          model.dispose();
        },
      };
    },
  };
}

interface Stopwatch {
  start(): void;
  stop(): void;
  wallMs(): number;
  cpuMs(): number;
}

function stopwatch(): Stopwatch {
  let [wall, cpu, wallStart] = [0, 0, 0];
  let cpuStart = process.cpuUsage();
  return {
    start() {
      wallStart = performance.now();
      cpuStart = process.cpuUsage();
    },
    stop() {
      wall += performance.now() - wallStart;
      const { user, system } = process.cpuUsage(cpuStart);
      cpu += (user + system) / 1000;
    },
    wallMs: () => wall,
    cpuMs: () => cpu,
  };
}
