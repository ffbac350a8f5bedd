import type { Layer } from './step.ts';

/**
 * Dropout: in each step, every unit of every row is set to 0 with a probability, and the others are scaled up so that
 * the expectation stays. Predicting drops nothing. The masks come from outside, so that they depend on the seed alone and
 * not on the execution provider.
 *
 * Source: Srivastava et al., "Dropout", JMLR 15 (2014), in the inverted form of section 10.
 *
 * @param name of the mask.
 */
export function dropout(name: string, units: number): Layer {
  return {
    variables: [],
    masks: new Map([[name, units]]),
    forward(step, input) {
      const { builder } = step;
      const mask = step.mask(name);
      return {
        output: builder.add('Mul', [input, mask]),
        backward: (gradient) => builder.add('Mul', [gradient, mask]),
      };
    },
  };
}
