import type { NetworkParams } from './params.ts';
import type { UpdateRule } from './optimizer.ts';
import { learningRateAt } from './schedule.ts';
import type { StepNumber } from './step.ts';
import type { Network } from './network.ts';

/**
 * Where the batches of an epoch begin: the rows are dealt to as few batches as `batchSize` allows, whose sizes differ by at most
 * one, so that no epoch ends with a tiny batch.
 *
 * @returns one bound more than there are batches: from 0 to `rowCount`.
 */
export function batchBounds(rowCount: number, batchSize: number): number[] {
  const count = Math.ceil(rowCount / batchSize);
  return Array.from({ length: count + 1 }, (_, batch) => Math.floor((batch * rowCount) / count));
}

/**
 * The numbers that steps are given.
 *
 * @param firstStep how many steps were taken before.
 * @param totalSteps how many there will be in all epochs.
 * @param bounds of the steps' batches.
 */
export function stepNumbers(
  { optimizer, schedule, warmup }: Pick<NetworkParams, 'optimizer' | 'schedule' | 'warmup'>,
  rule: UpdateRule,
  firstStep: number,
  totalSteps: number,
  bounds: readonly number[],
): Map<StepNumber, Float32Array<ArrayBuffer>> {
  const count = bounds.length - 1;
  const columns = new Map<StepNumber, Float32Array<ArrayBuffer>>(
    (['batchScale', 'unbias', ...rule.numbers] as const).map((name) => [name, new Float32Array(count)]),
  );
  const rate = { learningRate: optimizer.learningRate, schedule, warmup };
  for (let index = 0; index < count; index++) {
    const rows = (bounds[index + 1] as number) - (bounds[index] as number);
    const step = firstStep + index;
    const values: { readonly [N in StepNumber]?: number } = {
      // The variance of a single row is no estimate at all; 1 keeps it finite.
      unbias: rows > 1 ? rows / (rows - 1) : 1,
      batchScale: 1 / rows,
      ...rule.numbersAt(step + 1, learningRateAt(rate, step, totalSteps)),
    };
    for (const [name, column] of columns) column[index] = values[name] as number;
  }
  return columns;
}

/** About how many floating-point operations one run may take: some 50 ms on one core. */
const RUN_OPERATIONS = 1.5e9;

/** How many steps go into one run, so that the thread is never blocked for long; at least 1. */
export function stepsPerRun({ widths }: Pick<Network, 'widths'>, batchSize: number): number {
  let weights = 0;
  let units = 0;
  for (const [index, width] of widths.slice(1).entries()) {
    weights += width * (widths[index] as number);
    units += width;
  }
  // Per weight: three products in each row, and some 25 operations of the optimizer; per unit some 100 in each row.
  const operations = weights * (6 * batchSize + 25) + units * 100 * batchSize;
  return Math.max(1, Math.floor(RUN_OPERATIONS / operations));
}
