import type { InferenceSession } from 'onnxruntime-common';

import type { OnnxRuntime } from '../runtime.ts';
import type { StepNumber } from './step.ts';
import type { VariableValues } from './trained-weights.ts';

/** Where and how training runs. */
export interface TrainerOptions {
  /** The learner's factory, for messages. */
  readonly owner: string;
  readonly runtime: OnnxRuntime;
  readonly provider: string;
  /** Without execution providers. */
  readonly sessionOptions: InferenceSession.SessionOptions;
}

/** The rows that a network is trained on, as the network takes them. */
export interface TrainingRows {
  /** Rows x columns. */
  readonly features: Float32Array<ArrayBuffer>;
  readonly target: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  readonly rowCount: number;
  readonly columnCount: number;
}

/** Some steps in a row. */
export interface Steps {
  /** The rows of the steps' batches, one after the other. */
  readonly order: Int32Array<ArrayBuffer>;
  /** Where each batch begins in `order`, and at the end where the last one ends. */
  readonly bounds: readonly number[];
  /** For each number its value in each step. */
  readonly numbers: ReadonlyMap<StepNumber, Float32Array<ArrayBuffer>>;
  /** Masks by name: a row of it for each entry of `order`. */
  readonly masks: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}

/** A network in training, held by a session. */
export interface Trainer {
  /** Takes steps; returns the sum of the losses of all their rows, each before its step. */
  run(steps: Steps): Promise<number>;
  /** The values of all variables now. The arrays are not changed later. */
  read(): Promise<VariableValues>;
  /** Frees the session. */
  release(): Promise<void>;
}
