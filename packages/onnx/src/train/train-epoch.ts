import { createRandom } from '@tunable/core';

import { batchBounds, stepNumbers, stepsPerRun } from './batches.ts';
import { maskStream } from './mask-stream.ts';
import { STREAMS } from './network.ts';
import type { NetworkParams } from './params.ts';
import type { Trainer } from './trainer.ts';
import type { TrainingPlan } from './training-graph.ts';

/** What the epochs of a fit have in common. */
export interface Epochs {
  readonly plan: TrainingPlan;
  readonly trainer: Trainer;
  readonly params: NetworkParams;
  readonly rowCount: number;
  /** How many epochs there will be. */
  readonly epochs: number;
  readonly seed: number;
  /** Heard between runs. */
  readonly signal: AbortSignal;
}

/**
 * Goes through the rows once, in an order of its own.
 *
 * @param epoch counted from 1.
 * @returns the mean of the rows' losses, each before the step that learnt from it.
 */
export async function trainEpoch(
  { plan, trainer, params, rowCount, epochs, seed, signal }: Epochs,
  epoch: number,
): Promise<number> {
  const order = createRandom(seed, STREAMS.order, epoch).shuffle(
    Int32Array.from({ length: rowCount }, (_, row) => row),
  );
  const bounds = batchBounds(rowCount, params.batchSize);
  const stepCount = bounds.length - 1;
  const streams = [...plan.masks].map(
    ([name, width], layer) => [name, width, maskStream(params.dropout, seed, epoch, layer)] as const,
  );
  const perRun = stepsPerRun(plan.network, params.batchSize);
  // No run has more rows, and none needs its masks when the next one begins.
  const mostRows = Math.min(rowCount, perRun * params.batchSize);
  const buffers = new Map(streams.map(([name, width]) => [name, new Float32Array(mostRows * width)]));
  let lossSum = 0;
  for (let first = 0; first < stepCount; first += perRun) {
    signal.throwIfAborted();
    const part = bounds.slice(first, first + perRun + 1);
    const [start, end] = [part[0] as number, part.at(-1) as number];
    lossSum += await trainer.run({
      order: order.slice(start, end),
      bounds: part.map((bound) => bound - start),
      numbers: stepNumbers(params, plan.rule, (epoch - 1) * stepCount + first, epochs * stepCount, part),
      masks: new Map(
        streams.map(([name, width, fill]) => {
          const mask = (buffers.get(name) as Float32Array<ArrayBuffer>).subarray(0, (end - start) * width);
          fill(mask);
          return [name, mask];
        }),
      ),
    });
  }
  return lossSum / rowCount;
}
