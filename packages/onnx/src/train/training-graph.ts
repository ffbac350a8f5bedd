import { GraphBuilder, type Value } from '../graph/graph-builder.ts';
import { addLossAndGradients, type Network } from './network.ts';
import type { UpdateRule } from './optimizer.ts';
import type { Step, StepNumber } from './step.ts';

/** A tensor that goes from step to step: a variable, what the optimizer remembers of it, or the loss so far. */
interface StateTensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly initialize: () => Float32Array<ArrayBuffer>;
}

/** All that a training graph is made from. */
export interface TrainingPlan {
  readonly network: Network;
  readonly rule: UpdateRule;
  readonly state: readonly StateTensor[];
  /** The numbers that each step is given. */
  readonly numbers: readonly StepNumber[];
  /** The widths of the dropout masks, by name. */
  readonly masks: ReadonlyMap<string, number>;
}

/** The state that sums up the losses of all rows since it was set to 0. */
export const LOSS_SUM = 'lossSum';

/** Names of the training graphs' inputs; a state's new value comes out under `next(name)`. */
export const names = {
  features: 'features',
  target: 'target',
  order: 'order',
  bounds: 'bounds',
  steps: 'steps',
  number: (name: StepNumber): string => `number.${name}`,
  mask: (name: string): string => `mask.${name}`,
  next: (state: string): string => `next.${state}`,
} as const;

/** Puts together what a network's training needs. */
export function planTraining(network: Network, rule: UpdateRule): TrainingPlan {
  const variables = network.layers.flatMap((layer) => layer.variables);
  const slots = variables
    .filter(({ isTrained }) => isTrained)
    .flatMap(({ name, dimensions }) =>
      Array.from({ length: rule.slotCount }, (_, slot) => ({
        name: slotName(name, slot),
        dimensions,
        initialize: () => new Float32Array(dimensions.reduce((size, length) => size * length, 1)),
      })),
    );
  const lossSum = { name: LOSS_SUM, dimensions: [], initialize: () => new Float32Array(1) };
  return {
    network,
    rule,
    state: [...variables, ...slots, lossSum],
    numbers: ['batchScale', 'unbias', ...rule.numbers],
    masks: new Map(network.layers.flatMap(({ masks }) => [...masks])),
  };
}

/**
 * Many training steps as one model, a loop over the steps with the state carried along: nothing is copied, converted or
 * waited for between them. Inputs: all rows' features and targets, the rows' order, `steps + 1` bounds of the batches
 * in it, `steps` values of each number, masks in the rows' order, and the state; outputs: the state after the last step.
 */
export function loopModel(plan: TrainingPlan): Uint8Array<ArrayBuffer> {
  const builder = new GraphBuilder();
  addDataInputs(builder, plan);
  builder.input(names.order, ['chunkRows'], 'int32');
  builder.input(names.bounds, ['bounds'], 'int64');
  for (const number of plan.numbers) builder.input(names.number(number), ['steps']);
  for (const [mask, width] of plan.masks) builder.input(names.mask(mask), ['chunkRows', width]);
  const steps = builder.input(names.steps, [], 'int64');
  const before = plan.state.map(({ name, dimensions }) => builder.input(name, dimensions));

  const body = new GraphBuilder('float32', 'body/');
  const index = body.input('body/index', [], 'int64');
  const going = body.input('body/going', [], 'bool');
  const state = new Map(
    plan.state.map(({ name, dimensions }) => [name, body.input(`body/${name}`, dimensions)]),
  );
  const at = body.add('Unsqueeze', [index, body.integers([0])]);
  const start = body.add('Gather', [names.bounds, at]);
  const end = body.add('Gather', [names.bounds, body.add('Add', [at, body.integers([1])])]);
  const next = addStep(plan, body, {
    rows: body.add('Slice', [names.order, start, end]),
    number: (number) => body.add('Gather', [names.number(number), index]),
    mask: (mask) => body.add('Slice', [names.mask(mask), start, end]),
    state: (name) => state.get(name) as Value,
  });
  body.output('body/stillGoing', going, [], 'bool');
  for (const { name, dimensions } of plan.state) {
    body.output(`body/${names.next(name)}`, next.get(name) as Value, dimensions);
  }

  const after = builder.addMany('Loop', [steps, '', ...before], plan.state.length, {
    body: body.toGraph('step'),
  });
  for (const [i, { name, dimensions }] of plan.state.entries()) {
    builder.output(names.next(name), after[i] as Value, dimensions);
  }
  return builder.toModel('training');
}

/**
 * One training step as a model, for execution providers that have no loops but can keep tensors between runs. Inputs as
 * those of {@link loopModel}, for one batch: `order` its rows, each number and mask its own.
 */
export function stepModel(plan: TrainingPlan): Uint8Array<ArrayBuffer> {
  const builder = new GraphBuilder();
  addDataInputs(builder, plan);
  const rows = builder.input(names.order, ['batchRows'], 'int32');
  for (const number of plan.numbers) builder.input(names.number(number), []);
  for (const [mask, width] of plan.masks) builder.input(names.mask(mask), ['batchRows', width]);
  for (const { name, dimensions } of plan.state) builder.input(name, dimensions);
  const next = addStep(plan, builder, {
    rows,
    number: names.number,
    mask: names.mask,
    state: (name) => name,
  });
  for (const { name, dimensions } of plan.state) {
    builder.output(names.next(name), next.get(name) as Value, dimensions);
  }
  return builder.toModel('training step');
}

function addDataInputs(builder: GraphBuilder, { network }: TrainingPlan): void {
  builder.input(names.features, ['rows', network.widths[0] as number]);
  builder.input(names.target, ['rows'], network.loss.targetType);
}

/** Where the inputs of a step come from. */
interface StepInputs {
  readonly rows: Value;
  readonly number: (name: StepNumber) => Value;
  readonly mask: (name: string) => Value;
  readonly state: (name: string) => Value;
}

/** Adds one step: gathers the batch, computes loss and gradients, updates the variables. Returns the new state. */
function addStep(plan: TrainingPlan, builder: GraphBuilder, inputs: StepInputs): Map<string, Value> {
  const { network, rule, state } = plan;
  const next = new Map<string, Value>();
  const gradients = new Map<string, Value>();
  const remembered = new Map<StepNumber, Value>();
  const number = (name: StepNumber): Value => {
    const value = remembered.get(name) ?? inputs.number(name);
    remembered.set(name, value);
    return value;
  };
  const step: Step = {
    builder,
    variable: inputs.state,
    number,
    mask: inputs.mask,
    gradient: (name, value) => void gradients.set(name, value),
    set: (name, value) => void next.set(name, value),
  };
  const features = builder.add('Gather', [names.features, inputs.rows]);
  const target = builder.add('Gather', [names.target, inputs.rows]);
  const loss = addLossAndGradients(network, step, features, target);
  next.set(LOSS_SUM, builder.add('Add', [inputs.state(LOSS_SUM), loss]));
  for (const [name, gradient] of gradients) {
    const slotNames = Array.from({ length: rule.slotCount }, (_, slot) => slotName(name, slot));
    const slots = slotNames.map((slot) => inputs.state(slot));
    const updated = rule.update(builder, { value: inputs.state(name), gradient, slots }, number);
    next.set(name, updated.value);
    for (const [slot, value] of updated.slots.entries()) next.set(slotNames[slot] as string, value);
  }
  // What no rule has changed stays as it is.
  for (const { name } of state) if (!next.has(name)) next.set(name, inputs.state(name));
  return next;
}

function slotName(variable: string, slot: number): string {
  return `${variable}.slot${slot}`;
}
