import type { GraphBuilder, Value } from '../graph/graph-builder.ts';

/** A tensor that training changes: a weight matrix, a bias, a running mean. */
export interface Variable {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** Whether it follows a gradient; the others are set by their layer in each step. */
  readonly isTrained: boolean;
  /** Its numbers before the first step, row-major; the same at every call. */
  readonly initialize: () => Float32Array<ArrayBuffer>;
}

/** What the graph of one training step is built with: where its inputs come from and where its results go. */
export interface Step {
  readonly builder: GraphBuilder;
  /** The value of a variable before this step. */
  variable(name: string): Value;
  /** A number that differs from step to step and is given from outside, such as the step size; without dimensions. */
  number(name: StepNumber): Value;
  /** The dropout mask of a layer, of this step's rows: 0 where a unit is dropped, 1 / (share kept) elsewhere. */
  mask(layer: string): Value;
  /** Tells the derivative of the loss by a trained variable. */
  gradient(name: string, value: Value): void;
  /** Sets a variable that is not trained to a new value. */
  set(name: string, value: Value): void;
}

/**
 * Numbers that are given to each step. `batchScale` is 1 / rows of the batch and `unbias` rows / (rows - 1), which
 * differ because batches may; the others belong to the optimizer.
 */
export type StepNumber = 'batchScale' | 'unbias' | 'stepSize' | 'epsilon' | 'decay';

/** A part of a network. */
export interface Layer {
  readonly variables: readonly Variable[];
  /** The widths of the dropout masks it needs, by their names. */
  readonly masks: ReadonlyMap<string, number>;
  /** Adds the computation for a batch, rows x units. */
  forward(step: Step, input: Value): Forward;
}

/** What a layer computed. */
export interface Forward {
  readonly output: Value;
  /**
   * Adds the computation of the layer's gradients.
   *
   * @param gradient the derivative of the loss by `output`.
   * @param wantsInput whether the derivative by the layer's input is needed; nobody needs that of the data.
   * @returns it, if needed.
   */
  backward(gradient: Value, wantsInput: boolean): Value | undefined;
}
