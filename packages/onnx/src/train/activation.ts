import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { Layer } from './step.ts';

/** The functions between the layers; see `activation`. */
export type ActivationName = 'relu' | 'leakyRelu' | 'elu' | 'gelu' | 'silu' | 'tanh' | 'sigmoid';

/** A function of one number, applied to each: f(z), and the gradient before it from the gradient after it. */
interface Activation {
  /** f(z). */
  apply(builder: GraphBuilder, z: Value): Value;
  /** gradient · f'(z), where `y` is f(z). */
  differentiate(builder: GraphBuilder, gradient: Value, z: Value, y: Value): Value;
}

/** The slope of the leaky rectifier below 0, as in PyTorch. */
const LEAK = 0.01;

/**
 * The activations, as PyTorch defines them by default: relu max(0, z); leakyRelu with slope 0.01 below 0; elu exp(z) - 1
 * below 0; gelu z Φ(z) with the normal distribution function Φ (the exact form); silu (swish) z σ(z); tanh; sigmoid σ(z).
 */
const ACTIVATIONS: { readonly [N in ActivationName]: Activation } = {
  relu: {
    apply: (b, z) => b.add('Relu', [z]),
    differentiate: (b, gradient, _, y) => b.add('Where', [isPositive(b, y), gradient, b.scalar(0)]),
  },
  leakyRelu: {
    apply: (b, z) => b.add('LeakyRelu', [z], { alpha: { float: LEAK } }),
    differentiate: (b, gradient, z) =>
      b.add('Where', [isPositive(b, z), gradient, b.add('Mul', [gradient, b.scalar(LEAK)])]),
  },
  elu: {
    apply: (b, z) => b.add('Elu', [z], { alpha: { float: 1 } }),
    differentiate: (b, gradient, _, y) => {
      const below = b.add('Mul', [gradient, b.add('Add', [y, b.scalar(1)])]);
      return b.add('Where', [isPositive(b, y), gradient, below]);
    },
  },
  gelu: {
    apply: (b, z) => b.add('Mul', [z, normalDistribution(b, z)]),
    differentiate(b, gradient, z) {
      // Φ(z) + z φ(z), with the density φ(z) = exp(-z² / 2) / √(2π).
      const exponent = b.add('Mul', [b.add('Mul', [z, z]), b.scalar(-0.5)]);
      const density = b.add('Mul', [b.add('Exp', [exponent]), b.scalar(1 / Math.sqrt(2 * Math.PI))]);
      const slope = b.add('Add', [normalDistribution(b, z), b.add('Mul', [z, density])]);
      return b.add('Mul', [gradient, slope]);
    },
  },
  silu: {
    apply: (b, z) => b.add('Mul', [z, b.add('Sigmoid', [z])]),
    differentiate(b, gradient, z, y) {
      // σ(z) + y (1 - σ(z)).
      const sigma = b.add('Sigmoid', [z]);
      const rest = b.add('Mul', [y, b.add('Sub', [b.scalar(1), sigma])]);
      return b.add('Mul', [gradient, b.add('Add', [sigma, rest])]);
    },
  },
  tanh: {
    apply: (b, z) => b.add('Tanh', [z]),
    differentiate: (b, gradient, _, y) =>
      b.add('Mul', [gradient, b.add('Sub', [b.scalar(1), b.add('Mul', [y, y])])]),
  },
  sigmoid: {
    apply: (b, z) => b.add('Sigmoid', [z]),
    differentiate: (b, gradient, _, y) =>
      b.add('Mul', [gradient, b.add('Mul', [y, b.add('Sub', [b.scalar(1), y])])]),
  },
};

/** The names of all activations. */
export const activationNames: readonly ActivationName[] = Object.keys(ACTIVATIONS) as ActivationName[];

/** f(z), for a graph that only predicts. */
export function applyActivation(name: ActivationName, builder: GraphBuilder, z: Value): Value {
  return ACTIVATIONS[name].apply(builder, z);
}

/** A layer that applies an activation to each number. */
export function activation(name: ActivationName): Layer {
  const chosen = ACTIVATIONS[name];
  return {
    variables: [],
    masks: new Map(),
    forward({ builder }, z) {
      const y = chosen.apply(builder, z);
      return { output: y, backward: (gradient) => chosen.differentiate(builder, gradient, z, y) };
    },
  };
}

function isPositive(builder: GraphBuilder, x: Value): Value {
  return builder.add('Greater', [x, builder.scalar(0)]);
}

/** Φ(z) = (1 + erf(z / √2)) / 2. */
function normalDistribution(builder: GraphBuilder, z: Value): Value {
  const erf = builder.add('Erf', [builder.add('Mul', [z, builder.scalar(Math.SQRT1_2)])]);
  return builder.add('Mul', [builder.add('Add', [erf, builder.scalar(1)]), builder.scalar(0.5)]);
}
