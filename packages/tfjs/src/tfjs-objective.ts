import {
  createRandom,
  InvalidArgumentError,
  InvalidResultError,
  TrialPruned,
  type Objective,
  type ObjectiveResult,
  type Report,
  type Trial,
} from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { onBackend, useBackend, type Backend } from './backend.ts';
import { checkNames, checkTraining, show } from './check-options.ts';
import { disposeModel } from './dispose-model.ts';
import { explain, isOutOfMemory } from './errors.ts';
import { freeingTape } from './free-tape.ts';
import { disposeOptimizer } from './optimizers.ts';
import { retireBrokenWasm } from './wasm-memory.ts';
import { withSeed } from './with-seed.ts';

/** Options of {@link tfjsObjective}. */
export interface TfjsObjectiveOptions {
  /** Which backend computes, or several in order of preference; {@link useBackend} says what the default is. */
  backend?: Backend | readonly Backend[];
  /** What a trial that reports or returns NaN or an infinity does: `'fail'` (the default), or end as pruned. */
  onDivergence?: 'fail' | 'prune';
}

/** What a training loop is given besides its parameters. */
export interface TrainingRun<P = unknown> {
  /** The trial, with its number, seed and signal. */
  readonly trial: Trial<P>;
  /** The backend that computes. */
  readonly backend: string;

  /**
   * Runs a synchronous function with randomness seeded by the trial: initial weights, dropout, `Math.random`. The numbers
   * differ from call to call, and are the same when the study is repeated. Build the model and take each step inside.
   */
  readonly seeded: <T>(run: () => T) => T;
  /** Has something freed when the trial ends, however it ends: a model, an optimizer, a variable, a tensor. */
  readonly track: <T extends Freed>(resource: T) => T;
  /**
   * The rows of an epoch in batches, in an order that the trial's seed gives.
   *
   * @param rows how many rows there are.
   * @param size rows per batch; the last may have fewer.
   * @param epoch orders differ between epochs.
   * @returns indices of rows.
   */
  readonly batches: (rows: number, size: number, epoch: number) => readonly Int32Array[];
  /**
   * Reports an epoch to the study, as `trial.report` does. Lets an abort be heard.
   *
   * @throws {TrialPruned} let it pass. @throws {InvalidResultError} NaN or an infinity.
   * @throws the signal's reason when the trial was aborted.
   */
  readonly report: (step: number, value: Report) => Promise<void>;
}

/** What can be freed. */
export interface Freed {
  /** Frees it. */
  dispose(): unknown;
}

/** A training loop: trains a network of these parameters, reports as it goes, and returns how good it is. */
export type TrainingLoop<P> = (params: P, run: TrainingRun<P>) => ObjectiveResult | Promise<ObjectiveResult>;

/** Which random streams of the trial's seed are drawn from. */
const SEEDED = 4;
const BATCHES = 5;

/**
 * An objective out of a training loop of your own: for networks that `tfjsClassifier` and `tfjsRegressor` cannot train
 * (several inputs, sequences, generators, reinforcement), or losses and steps that `fit` does not know. Seeds it, frees
 * what it tracks, and turns a diverging loss into a failed or pruned trial.
 *
 * @param train the loop.
 * @throws {InvalidArgumentError} ill-formed options.
 * @example
 * await study.optimize(
 *   tfjsObjective(async ({ learningRate }, { seeded, track, report }) => {
 *     const model = track(seeded(() => buildModel()));
 *     const optimizer = track(tf.train.adam(learningRate));
 *     ...
 *   }),
 *   { trials: 30 },
 * );
 */
export function tfjsObjective<P>(train: TrainingLoop<P>, options: TfjsObjectiveOptions = {}): Objective<P> {
  const owner = 'tfjsObjective';
  if (typeof train !== 'function') {
    throw new InvalidArgumentError(
      `${owner}: expected a function (params, run) => value, not ${show(train)}`,
    );
  }
  checkNames(owner, options, ['backend', 'onDivergence']);
  checkTraining(owner, options);
  const { onDivergence = 'fail' } = options;
  const check = <R extends Report | ObjectiveResult>(result: R, when: string): R => {
    if (isFinite(result)) return result;
    const message = `the training diverged: ${show(result)} ${when}`;
    throw onDivergence === 'prune' ? new TrialPruned(message) : new InvalidResultError(message);
  };
  return async (params, trial) => {
    const backend = await useBackend(options.backend);
    const tracked: Freed[] = [];
    let streams = 0;
    const run: TrainingRun<P> = {
      trial,
      backend,
      seeded: (call) =>
        onBackend(backend, () =>
          withSeed(createRandom(trial.seed, SEEDED, streams++), () => freeingTape(call)),
        ),
      track(resource) {
        tracked.push(resource);
        return resource;
      },
      batches(rows, size, epoch) {
        const order = Int32Array.from({ length: rows }, (_, i) => i);
        createRandom(trial.seed, BATCHES, epoch).shuffle(order);
        const count = Math.ceil(rows / size);
        return Array.from({ length: count }, (_, i) => order.subarray(i * size, (i + 1) * size));
      },
      async report(step, value) {
        await new Promise((resolve) => setTimeout(resolve));
        trial.signal.throwIfAborted();
        await trial.report(step, check(value, `was reported at step ${step}`));
      },
    };
    try {
      return check(await train(params, run), 'was returned');
    } catch (error) {
      if (backend === 'wasm') retireBrokenWasm(error);
      throw isOutOfMemory(error) ? explain(error, 'the training loop threw') : error;
    } finally {
      for (const resource of tracked.toReversed()) free(resource);
    }
  };
}

/** Frees a resource, and lets what comes of the trial stand when that fails. */
function free(resource: Freed): void {
  try {
    if (resource instanceof tf.Optimizer) disposeOptimizer(resource);
    else if (resource instanceof tf.LayersModel) disposeModel(resource);
    else resource.dispose();
  } catch (error) {
    const { message } = error as Error;
    // Models of TensorFlow.js object to being freed twice.
    if (!message.includes('already disposed')) console.warn(`tfjsObjective: freeing failed: ${message}`);
  }
}

/** Whether none of a result's values is NaN or infinite; what is no number is left to the study's own check. */
function isFinite(result: unknown): boolean {
  if (typeof result === 'number') return Number.isFinite(result);
  if (Array.isArray(result)) return result.every(isFinite);
  const { value, values } = (result ?? {}) as { value?: unknown; values?: unknown };
  return [value, values].every((part) => part === undefined || isFinite(part));
}
