import type { Layer, Variable } from './step.ts';

/** Added to variances before their root is divided by; PyTorch's default. */
export const BATCH_NORM_EPSILON = 1e-5;

/** The weight of a batch in the running mean and variance; PyTorch's default. */
const MOMENTUM = 0.1;

/** The names of a batch normalization's variables. */
export interface BatchNormNames {
  readonly scale: string;
  readonly shift: string;
  readonly runningMean: string;
  readonly runningVariance: string;
}

/** The names of the variables of the batch normalization `layer`. */
export function batchNormNames(layer: string): BatchNormNames {
  return {
    scale: `${layer}.scale`,
    shift: `${layer}.shift`,
    runningMean: `${layer}.runningMean`,
    runningVariance: `${layer}.runningVariance`,
  };
}

/**
 * Batch normalization: y = γ (x - μ) / √(σ² + ε) + β with the mean and variance of the batch, whose running averages
 * stand in for them when predicting. The running variance is the unbiased one, as in PyTorch.
 *
 * Source: Ioffe & Szegedy, "Batch Normalization", ICML 2015, algorithm 1 and section 3.
 */
export function batchNorm(layer: string, units: number): Layer {
  const names = batchNormNames(layer);
  const variable = (name: string, value: number, isTrained: boolean): Variable => ({
    name,
    dimensions: [units],
    isTrained,
    initialize: () => new Float32Array(units).fill(value),
  });
  return {
    variables: [
      variable(names.scale, 1, true),
      variable(names.shift, 0, true),
      variable(names.runningMean, 0, false),
      variable(names.runningVariance, 1, false),
    ],
    masks: new Map(),
    forward(step, x) {
      const { builder: b } = step;
      const overRows = (operator: 'Add' | 'Mul', left: string, right: string): string =>
        b.add('ReduceSum', [b.add(operator, [left, right]), b.integers([0])], { keepdims: 0 });
      const sum = (value: string): string => b.add('ReduceSum', [value, b.integers([0])], { keepdims: 0 });
      const scale = step.number('batchScale');
      const gamma = step.variable(names.scale);
      const mu = b.add('Mul', [sum(x), scale]);
      const centred = b.add('Sub', [x, mu]);
      const variance = b.add('Mul', [overRows('Mul', centred, centred), scale]);
      const deviation = b.add('Sqrt', [b.add('Add', [variance, b.scalar(BATCH_NORM_EPSILON)])]);
      const normalized = b.add('Div', [centred, deviation]);

      const average = (name: string, value: string): void => {
        const old = b.add('Mul', [step.variable(name), b.scalar(1 - MOMENTUM)]);
        step.set(name, b.add('Add', [old, b.add('Mul', [value, b.scalar(MOMENTUM)])]));
      };
      average(names.runningMean, mu);
      average(names.runningVariance, b.add('Mul', [variance, step.number('unbias')]));

      return {
        output: b.add('Add', [b.add('Mul', [normalized, gamma]), step.variable(names.shift)]),
        backward(gradient, wantsInput) {
          const byGamma = overRows('Mul', gradient, normalized);
          const byBeta = sum(gradient);
          step.gradient(names.scale, byGamma);
          step.gradient(names.shift, byBeta);
          if (!wantsInput) return undefined;
          // The chain rule through μ and σ²: γ/σ (g - mean(g) - x̂ mean(g x̂)).
          const meanGradient = b.add('Mul', [byBeta, scale]);
          const slope = b.add('Mul', [normalized, b.add('Mul', [byGamma, scale])]);
          const inner = b.add('Sub', [b.add('Sub', [gradient, meanGradient]), slope]);
          return b.add('Mul', [inner, b.add('Div', [gamma, deviation])]);
        },
      };
    },
  };
}
