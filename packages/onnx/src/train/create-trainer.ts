import type { TunableError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { explainFailure } from '../explain-failure.ts';
import type { ProviderFailure } from '../open-session.ts';
import type { OnnxRuntime } from '../runtime.ts';
import { deviceTrainer } from './device-trainer.ts';
import { loopTrainer } from './loop-trainer.ts';
import type { Trainer, TrainingRows } from './trainer.ts';
import type { TrainingPlan } from './training-graph.ts';

/** What a trainer is made with. */
export interface CreateTrainerOptions {
  /** The learner's factory, for messages. */
  readonly owner: string;
  readonly runtime: OnnxRuntime;
  /** Execution providers to try, in order; at least one. */
  readonly providers: readonly string[];
  /** Without execution providers. */
  readonly sessionOptions: InferenceSession.SessionOptions;
}

/** A trainer, and how it came about. */
export interface StartedTrainer {
  readonly trainer: Trainer;
  readonly provider: string;
  /** The providers that were tried before and failed, with the reason. */
  readonly fellBackFrom: readonly ProviderFailure[];
}

/** Execution providers that have no loops in ONNX Runtime 1.30, and keep outputs on the device when asked to. */
const WITHOUT_LOOPS = ['webgpu'];

/**
 * Puts a network, its data and its initial weights on the first execution provider that can train it.
 *
 * @throws {UnsupportedError} when none can: the reason of the first.
 */
export async function createTrainer(
  plan: TrainingPlan,
  rows: TrainingRows,
  { owner, runtime, providers, sessionOptions }: CreateTrainerOptions,
): Promise<StartedTrainer> {
  const fellBackFrom: ProviderFailure[] = [];
  let failure: TunableError | undefined;
  for (const provider of providers) {
    const create = WITHOUT_LOOPS.includes(provider) ? deviceTrainer : loopTrainer;
    try {
      const trainer = await create(plan, rows, { owner, runtime, provider, sessionOptions });
      return { trainer, provider, fellBackFrom };
    } catch (thrown) {
      const error = explainFailure(thrown, { owner, model: 'the training graph', provider });
      if (error.code !== 'unsupported') throw error;
      failure ??= error;
      fellBackFrom.push({ provider, reason: error.message });
    }
  }
  throw failure as TunableError;
}
