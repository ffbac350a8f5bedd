import { TunableError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import type { OnnxRuntime } from '../runtime.ts';
import { deviceTrainer } from './device-trainer.ts';
import { loopTrainer } from './loop-trainer.ts';
import type { Trainer, TrainingRows } from './trainer.ts';
import type { TrainingPlan } from './training-graph.ts';

/** What a trainer is made with. */
export interface CreateTrainerOptions {
  readonly runtime: OnnxRuntime;
  /** Execution providers to try, in order; at least one. */
  readonly providers: readonly string[];
  /** Without execution providers. */
  readonly sessionOptions: InferenceSession.SessionOptions;
}

/** Execution providers that have no loops in ONNX Runtime 1.30, and keep outputs on the device when asked to. */
const WITHOUT_LOOPS = ['webgpu'];

/**
 * Puts a network, its data and its initial weights on the first execution provider that can train it.
 *
 * @returns the trainer and its provider.
 * @throws {UnsupportedError} when none can: the reason of the first.
 */
export async function createTrainer(
  plan: TrainingPlan,
  rows: TrainingRows,
  { runtime, providers, sessionOptions }: CreateTrainerOptions,
): Promise<{ trainer: Trainer; provider: string }> {
  let failure: TunableError | undefined;
  for (const provider of providers) {
    const create = WITHOUT_LOOPS.includes(provider) ? deviceTrainer : loopTrainer;
    try {
      return { trainer: await create(plan, rows, { runtime, provider, sessionOptions }), provider };
    } catch (error) {
      if (!TunableError.isInstance(error) || error.code !== 'unsupported') throw error;
      failure ??= error;
    }
  }
  throw failure as TunableError;
}
