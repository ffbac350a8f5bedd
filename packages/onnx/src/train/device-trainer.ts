import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-common';

import type { ElementType } from '../graph/element-type.ts';
import { GraphBuilder, type Dimensions } from '../graph/graph-builder.ts';
import { createSession } from '../open-session.ts';
import type { Feeds } from '../runtime.ts';
import { runSession } from './run-session.ts';
import type { Steps, Trainer, TrainerOptions, TrainingRows } from './trainer.ts';
import { LOSS_SUM, names, stepModel, type TrainingPlan } from './training-graph.ts';

/**
 * A trainer that takes one step per run, for execution providers that have no loops but keep tensors on the device: data,
 * weights and what the optimizer remembers are copied there once, and the weights back when they are read.
 */
export async function deviceTrainer(
  plan: TrainingPlan,
  rows: TrainingRows,
  { owner, runtime, provider, sessionOptions }: TrainerOptions,
): Promise<Trainer> {
  const { Tensor } = runtime;
  const { targetType } = plan.network.loss;
  const onDevice = { ...sessionOptions, preferredOutputLocation: 'gpu-buffer' as const };
  const open = (model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> =>
    createSession(owner, runtime, model, provider, options);
  const dataShape = [
    { name: names.features, dimensions: ['rows', rows.columnCount], type: 'float32' },
    { name: names.target, dimensions: ['rows'], type: targetType },
  ] as const;

  const run = (
    session: InferenceSession,
    feeds: Feeds,
    outputs?: readonly string[],
  ): Promise<InferenceSession.ReturnType> =>
    runSession(session, feeds, { provider, model: 'the training graph' }, outputs);
  const sessions: InferenceSession[] = [];
  const held = new Set<OnnxValue>();
  const drop = (value: OnnxValue): void => {
    held.delete(value);
    value.dispose();
  };
  async function release(): Promise<void> {
    for (const value of held) drop(value);
    for (const session of sessions.splice(0)) await session.release();
  }

  try {
    const session = await open(stepModel(plan), onDevice);
    sessions.push(session);
    const upload = await open(copyModel(dataShape), onDevice);
    sessions.push(upload);
    const download = await open(copyModel(plan.state), sessionOptions);
    sessions.push(download);
    const data = await run(upload, {
      [names.features]: new Tensor('float32', rows.features, [rows.rowCount, rows.columnCount]),
      [names.target]: new Tensor(targetType, rows.target as never, [rows.rowCount]),
    });
    for (const value of Object.values(data)) held.add(value);
    let state: { readonly [name: string]: OnnxValue } = Object.fromEntries(
      plan.state.map(({ name, dimensions, initialize }) => [
        name,
        new Tensor('float32', initialize(), dimensions),
      ]),
    );

    const advance = async (steps: Steps, index: number): Promise<void> => {
      const feeds: { [name: string]: OnnxValue } = { ...state };
      for (const { name } of dataShape) feeds[name] = data[names.next(name)] as OnnxValue;
      const [start, end] = [steps.bounds[index] as number, steps.bounds[index + 1] as number];
      feeds[names.order] = new Tensor('int32', steps.order.slice(start, end), [end - start]);
      for (const name of plan.numbers) {
        const value = steps.numbers.get(name)?.[index] as number;
        feeds[names.number(name)] = new Tensor('float32', Float32Array.of(value), []);
      }
      for (const [name, width] of plan.masks) {
        const mask = (steps.masks.get(name) as Float32Array).slice(start * width, end * width);
        feeds[names.mask(name)] = new Tensor('float32', mask, [end - start, width]);
      }
      const results = await run(session, feeds);
      for (const value of Object.values(results)) held.add(value);
      for (const value of Object.values(state)) drop(value);
      state = Object.fromEntries(
        plan.state.map(({ name }) => [name, results[names.next(name)] as OnnxValue]),
      );
    };
    // Tensor.getData() ends the process in onnxruntime-node 1.30 for tensors on the device, hence a graph that copies.
    const read = (wanted: readonly string[]): Promise<InferenceSession.ReturnType> =>
      run(download, state, wanted.map(names.next));

    return {
      async run(steps) {
        const zero = new Tensor('float32', new Float32Array(1), []);
        drop(state[LOSS_SUM] as OnnxValue);
        state = { ...state, [LOSS_SUM]: zero };
        for (let index = 0; index < steps.bounds.length - 1; index++) await advance(steps, index);
        const result = await read([LOSS_SUM]);
        return (result[names.next(LOSS_SUM)] as Tensor).data[0] as number;
      },
      async read() {
        const results = await read(plan.state.map(({ name }) => name));
        return new Map(plan.state.map(({ name }) => [name, results[names.next(name)]?.data as Float32Array]));
      },
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** A model that hands its inputs on, to where the session's outputs are to be. */
function copyModel(
  tensors: readonly { readonly name: string; readonly dimensions: Dimensions; readonly type?: ElementType }[],
): Uint8Array<ArrayBuffer> {
  const builder = new GraphBuilder();
  for (const { name, dimensions, type } of tensors) {
    builder.output(names.next(name), builder.input(name, dimensions, type), dimensions, type);
  }
  return builder.toModel('copy');
}
