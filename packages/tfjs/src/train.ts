import {
  createRandom,
  InvalidResultError,
  TrialPruned,
  type FitContext,
  type Predictor,
} from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { createBestEpoch } from './best-epoch.ts';
import type { Network } from './network.ts';
import { createTurns } from './next-turn.ts';
import { learningRateOf } from './optimizers.ts';
import { networkOutputs } from './outputs.ts';
import type { TrainingSettings } from './settings.ts';
import { createStepper } from './stepper.ts';
import type { TrainingRows } from './training-rows.ts';

/** What came of an epoch. */
export interface EpochRecord {
  /** From 0. */
  readonly epoch: number;
  /** The mean loss of the epoch's batches while they were trained, penalties (L1, L2) included, as in Keras. */
  readonly loss: number;
  /** The loss on the validation rows after the epoch, without penalties; undefined when nothing needed it. */
  readonly validationLoss: number | undefined;
  /** The learning rate of the epoch's last batch; undefined for optimizers without one. */
  readonly learningRate: number | undefined;
}

/** What came of a training. */
export interface TrainingRecord {
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights the network has. */
  readonly bestEpoch: number;
}

/** One training. */
export interface Training {
  readonly network: Network;
  readonly settings: TrainingSettings;
  readonly rows: TrainingRows;
  /** Rows to stop early and to find the best epoch by. */
  readonly validation: TrainingRows | undefined;
  readonly backend: string;
  readonly context: Pick<FitContext, 'seed' | 'signal' | 'report'>;
  /**
   * The half-trained model, to be reported after an epoch.
   *
   * @param validationOutputs what the network gives for `validation`, if that has been computed.
   */
  predictor(validationOutputs: Float32Array | undefined): Predictor;
}

/** Which random stream of the fit's seed the order of the rows is drawn from. */
const SHUFFLING = 1;

/** After how many steps the loss is looked at; more often would make a GPU wait. */
const STEPS_PER_LOOK = 16;

/**
 * Trains a network: in each epoch all rows once, in an order that the seed gives.
 *
 * @returns when the network has the weights of the best epoch, or of the last one if the settings say so.
 * @throws {InvalidResultError} the loss became NaN or infinite ({@link TrialPruned} if the settings say so).
 * @throws `context.signal.reason` when aborted; what `context.report` throws.
 */
export async function train(training: Training): Promise<TrainingRecord> {
  const { network, settings, rows, validation, backend, context } = training;
  const { epochs, batchSize, earlyStopping, keepBest } = settings;
  const isJudged = validation !== undefined && (keepBest || earlyStopping !== undefined);
  const stepper = createStepper(network, settings, rows, backend, context.seed);
  const best = createBestEpoch(network.model, backend, earlyStopping?.minDelta ?? 0, keepBest);
  const order = Int32Array.from({ length: rows.count }, (_, i) => i);
  const records: EpochRecord[] = [];
  const turn = createTurns();
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      // Each order follows from the seed and the epoch, not from the order before.
      order.forEach((_, i) => (order[i] = i));
      createRandom(context.seed, SHUFFLING, epoch).shuffle(order);
      let steps = 0;
      for (let start = 0; start < rows.count; start += batchSize) {
        stepper.step(order.subarray(start, start + batchSize), epoch);
        if (++steps % STEPS_PER_LOOK === 0) checkLoss(await stepper.lossSum(), epoch, training);
        await turn();
        context.signal.throwIfAborted();
      }
      const loss = checkLoss(await stepper.lossSum(), epoch, training) / rows.count;
      stepper.clear();
      const judged = isJudged ? await judge(training, validation, epoch) : undefined;
      if (judged !== undefined) best.offer(epoch, judged.loss);
      records.push({
        epoch,
        loss,
        validationLoss: judged?.loss,
        learningRate: learningRateOf(network.optimizer),
      });
      await context.report(epoch, training.predictor(judged?.outputs));
      if (earlyStopping !== undefined && isJudged && epoch - best.epoch >= earlyStopping.patience) break;
    }
    const restores = isJudged && keepBest;
    if (restores) best.restore();
    return { history: records, bestEpoch: restores ? best.epoch : records.length - 1 };
  } finally {
    best.dispose();
    stepper.clear();
  }
}

async function judge(
  training: Training,
  { features, targets, targetWidth }: TrainingRows,
  epoch: number,
): Promise<{ readonly outputs: Float32Array; readonly loss: number }> {
  const { network, backend, context } = training;
  const lossOf = (predicted: tf.Tensor, start: number, end: number): tf.Tensor =>
    network.loss(
      tf.tensor(targets.slice(start * targetWidth, end * targetWidth), [end - start, targetWidth]),
      predicted,
    );
  const { signal } = context;
  const found = await networkOutputs(backend, network.model, features, network, { lossOf, signal });
  checkLoss(found.loss, epoch, training);
  return found;
}

function checkLoss(loss: number, epoch: number, { settings, network }: Training): number {
  if (Number.isFinite(loss)) return loss;
  const rate = learningRateOf(network.optimizer);
  const message = `the training diverged: the loss became ${Number.isNaN(loss) ? 'NaN' : 'infinite'} in epoch ${epoch}${rate === undefined ? '' : `, at a learning rate of ${Number(rate.toPrecision(3))}`}; a smaller learning rate or standardized features may help`;
  throw settings.onDivergence === 'prune' ? new TrialPruned(message) : new InvalidResultError(message);
}
