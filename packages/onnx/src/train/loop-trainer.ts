import type { OnnxValue, Tensor } from 'onnxruntime-common';

import { createSession } from '../open-session.ts';
import { runSession } from './run-session.ts';
import type { Trainer, TrainerOptions, TrainingRows } from './trainer.ts';
import { LOSS_SUM, loopModel, names, type TrainingPlan } from './training-graph.ts';

/**
 * A trainer that takes many steps per run, in a loop inside the graph. Between runs the state is in JavaScript's memory;
 * within a run it stays where the execution provider computes.
 */
export async function loopTrainer(
  plan: TrainingPlan,
  rows: TrainingRows,
  { owner, runtime, provider, sessionOptions }: TrainerOptions,
): Promise<Trainer> {
  const { Tensor } = runtime;
  const data = {
    [names.features]: new Tensor('float32', rows.features, [rows.rowCount, rows.columnCount]),
    [names.target]: new Tensor(plan.network.loss.targetType, rows.target as never, [rows.rowCount]),
  };
  const zero = new Tensor('float32', new Float32Array(1), []);
  let state: { readonly [name: string]: OnnxValue } = Object.fromEntries(
    plan.state.map(({ name, dimensions, initialize }) => [
      name,
      new Tensor('float32', initialize(), dimensions),
    ]),
  );
  const session = await createSession(owner, runtime, loopModel(plan), provider, sessionOptions);
  return {
    async run({ order, bounds, numbers, masks }) {
      const steps = bounds.length - 1;
      const feeds: { [name: string]: OnnxValue } = { ...data, ...state, [LOSS_SUM]: zero };
      feeds[names.order] = new Tensor('int32', order, [order.length]);
      feeds[names.bounds] = new Tensor('int64', BigInt64Array.from(bounds, BigInt), [steps + 1]);
      feeds[names.steps] = new Tensor('int64', BigInt64Array.of(BigInt(steps)), []);
      for (const name of plan.numbers) {
        feeds[names.number(name)] = new Tensor('float32', numbers.get(name) as Float32Array, [steps]);
      }
      for (const [name, width] of plan.masks) {
        feeds[names.mask(name)] = new Tensor('float32', masks.get(name) as Float32Array, [
          order.length,
          width,
        ]);
      }
      const results = await runSession(session, feeds, { provider, model: 'the training graph' });
      state = Object.fromEntries(
        plan.state.map(({ name }) => [name, results[names.next(name)] as OnnxValue]),
      );
      return (state[LOSS_SUM] as Tensor).data[0] as number;
    },
    async read() {
      return new Map(plan.state.map(({ name }) => [name, (state[name] as Tensor).data as Float32Array]));
    },
    release: () => session.release(),
  };
}
