import type { Layer, Variable } from './step.ts';

/**
 * A fully connected layer: y = x W + b, with W of inputs x units.
 *
 * @param name what its variables' names start with.
 * @param weights the numbers that W starts from.
 * @param hasBias whether there is a b; it starts at 0. Useless before batch normalization, which takes it away again.
 */
export function dense(
  name: string,
  inputs: number,
  units: number,
  weights: () => Float32Array<ArrayBuffer>,
  hasBias: boolean,
): Layer {
  const matrix = denseWeights(name);
  const bias = denseBias(name);
  const variables: Variable[] = [
    { name: matrix, dimensions: [inputs, units], isTrained: true, initialize: weights },
  ];
  if (hasBias) {
    variables.push({
      name: bias,
      dimensions: [units],
      isTrained: true,
      initialize: () => new Float32Array(units),
    });
  }
  return {
    variables,
    masks: new Map(),
    forward(step, input) {
      const { builder } = step;
      const w = step.variable(matrix);
      return {
        output: builder.add('Gemm', hasBias ? [input, w, step.variable(bias)] : [input, w]),
        backward(gradient, wantsInput) {
          step.gradient(matrix, builder.add('Gemm', [input, gradient], { transA: 1 }));
          if (hasBias) {
            const sum = builder.add('ReduceSum', [gradient, builder.integers([0])], { keepdims: 0 });
            step.gradient(bias, sum);
          }
          return wantsInput ? builder.add('Gemm', [gradient, w], { transB: 1 }) : undefined;
        },
      };
    },
  };
}

/** The name of a dense layer's matrix. */
export function denseWeights(layer: string): string {
  return `${layer}.weights`;
}

/** The name of a dense layer's bias. */
export function denseBias(layer: string): string {
  return `${layer}.bias`;
}
