import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { StepNumber } from './step.ts';

/** An optimizer with its own parameters, as the recommended space has them. */
export type OptimizerParams = PlainOptimizerParams | MomentumOptimizerParams;

/** Gradient descent (`sgd`), Adam, or AdamW. */
export interface PlainOptimizerParams {
  /** Which of them. */
  readonly type: 'sgd' | 'adam' | 'adamW';
  /** Above 0. */
  readonly learningRate: number;
}

/** Gradient descent with momentum. */
export interface MomentumOptimizerParams {
  /** This one. */
  readonly type: 'momentum';
  /** Above 0. */
  readonly learningRate: number;
  /** From 0, below 1. */
  readonly momentum: number;
  /** Whether the gradient is that of the place where the momentum leads (Nesterov). */
  readonly nesterov: boolean;
}

/** How variables follow their gradients. */
export interface UpdateRule {
  /** How many tensors of a variable's size it keeps per variable; they start at 0. */
  readonly slotCount: number;
  /** The numbers that each step needs. */
  readonly numbers: readonly StepNumber[];
  /**
   * Those numbers.
   *
   * @param step counted from 1.
   * @param learningRate of this step, by the schedule.
   */
  numbersAt(step: number, learningRate: number): { readonly [N in StepNumber]?: number };
  /** Adds the update of one variable. */
  update(
    builder: GraphBuilder,
    variable: UpdatedVariable,
    number: (name: StepNumber) => Value,
  ): {
    value: Value;
    slots: readonly Value[];
  };
}

/** A variable about to be updated. */
interface UpdatedVariable {
  readonly value: Value;
  readonly gradient: Value;
  readonly slots: readonly Value[];
}

/**
 * The update rule of an optimizer, step for step that of PyTorch (`torch.optim.SGD`, `Adam` and `AdamW`, whose
 * documentation gives the algorithms) with its default β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
 *
 * @param weightDecay added to the gradient as weightDecay · variable; for adamW taken from the variable directly
 *   (Loshchilov & Hutter, "Decoupled Weight Decay Regularization", ICLR 2019). For all variables, as in PyTorch.
 */
export function updateRule(params: OptimizerParams, weightDecay: number): UpdateRule {
  switch (params.type) {
    case 'sgd':
      return plain(weightDecay);
    case 'momentum':
      return heavyBall(params.momentum, params.nesterov, weightDecay);
    case 'adam':
      return adam(weightDecay, false);
    case 'adamW':
      return adam(weightDecay, true);
  }
}

function plain(weightDecay: number): UpdateRule {
  return {
    slotCount: 0,
    numbers: ['stepSize'],
    numbersAt: (_, learningRate) => ({ stepSize: learningRate }),
    update: (b, variable, number) => ({
      value: descend(b, variable.value, decayed(b, variable, weightDecay), number('stepSize')),
      slots: [],
    }),
  };
}

function heavyBall(momentum: number, nesterov: boolean, weightDecay: number): UpdateRule {
  return {
    slotCount: 1,
    numbers: ['stepSize'],
    numbersAt: (_, learningRate) => ({ stepSize: learningRate }),
    update(b, variable, number) {
      const gradient = decayed(b, variable, weightDecay);
      const times = (value: Value): Value => b.add('Mul', [value, b.scalar(momentum)]);
      const velocity = b.add('Add', [times(variable.slots[0] as Value), gradient]);
      const direction = nesterov ? b.add('Add', [gradient, times(velocity)]) : velocity;
      return {
        value: descend(b, variable.value, direction, number('stepSize')),
        slots: [velocity],
      };
    },
  };
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/**
 * Adam (Kingma & Ba, ICLR 2015, algorithm 1) with moments kept as m / (1 - β₁) and v / (1 - β₂), which saves a pass over
 * each: with c = √((1 - β₂ᵗ) / (1 - β₂)) the paper's step η m̂ / (√v̂ + ε) is η (1 - β₁) c / (1 - β₁ᵗ) · m / (√v + ε c).
 */
function adam(weightDecay: number, isDecoupled: boolean): UpdateRule {
  const decays = isDecoupled && weightDecay > 0;
  return {
    slotCount: 2,
    numbers: decays ? ['stepSize', 'epsilon', 'decay'] : ['stepSize', 'epsilon'],
    numbersAt(step, learningRate) {
      const c = Math.sqrt((1 - BETA_2 ** step) / (1 - BETA_2));
      return {
        stepSize: (learningRate * (1 - BETA_1) * c) / (1 - BETA_1 ** step),
        epsilon: EPSILON * c,
        decay: 1 - learningRate * weightDecay,
      };
    },
    update(b, variable, number) {
      const gradient = isDecoupled ? variable.gradient : decayed(b, variable, weightDecay);
      const [oldM, oldV] = variable.slots as [Value, Value];
      const m = b.add('Add', [b.add('Mul', [oldM, b.scalar(BETA_1)]), gradient]);
      const square = b.add('Mul', [gradient, gradient]);
      const v = b.add('Add', [b.add('Mul', [oldV, b.scalar(BETA_2)]), square]);
      const direction = b.add('Div', [m, b.add('Add', [b.add('Sqrt', [v]), number('epsilon')])]);
      const start = decays ? b.add('Mul', [variable.value, number('decay')]) : variable.value;
      return { value: descend(b, start, direction, number('stepSize')), slots: [m, v] };
    },
  };
}

function descend(b: GraphBuilder, value: Value, direction: Value, stepSize: Value): Value {
  return b.add('Sub', [value, b.add('Mul', [direction, stepSize])]);
}

/** The gradient of the loss and of weightDecay / 2 · |variable|². */
function decayed(b: GraphBuilder, { value, gradient }: UpdatedVariable, weightDecay: number): Value {
  if (weightDecay === 0) return gradient;
  return b.add('Add', [gradient, b.add('Mul', [value, b.scalar(weightDecay)])]);
}
