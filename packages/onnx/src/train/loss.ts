import type { Value } from '../graph/graph-builder.ts';
import type { Step } from './step.ts';

/** What training makes small. */
export interface Loss {
  /** The type of the target's numbers, one per row: the index of a class, or a real number. */
  readonly targetType: 'int32' | 'float32';
  /**
   * Adds the loss of a batch.
   *
   * @param output what the last layer computed, rows x outputs.
   * @param target one number per row.
   * @returns the sum of the rows' losses, and the derivative of their mean by `output`.
   */
  forward(step: Step, output: Value, target: Value): { sum: Value; gradient: Value };
}

/**
 * The cross entropy of the softmax of the outputs: -log of the probability of the row's class. Two classes are no special
 * case: the softmax of two outputs is the logistic function of their difference.
 */
export function crossEntropy(classCount: number): Loss {
  return {
    targetType: 'int32',
    forward(step, output, target) {
      const { builder: b } = step;
      const classes = b.constant(
        'int32',
        [1, classCount],
        Int32Array.from({ length: classCount }, (_, k) => k),
      );
      const isClass = b.add('Equal', [b.add('Unsqueeze', [target, b.integers([1])]), classes]);
      const actual = b.add('Cast', [isClass], { to: b.floatType === 'float32' ? 1 : 11 });
      const logProbability = b.add('LogSoftmax', [output], { axis: 1 });
      const ofActual = b.add('ReduceSum', [b.add('Mul', [logProbability, actual])], { keepdims: 0 });
      const error = b.add('Sub', [b.add('Exp', [logProbability]), actual]);
      return {
        sum: b.add('Neg', [ofActual]),
        gradient: b.add('Mul', [error, step.number('batchScale')]),
      };
    },
  };
}

/** The squared difference of the only output and the target. */
export function squaredError(): Loss {
  return {
    targetType: 'float32',
    forward(step, output, target) {
      const { builder: b } = step;
      const error = b.add('Sub', [output, b.add('Unsqueeze', [target, b.integers([1])])]);
      const twice = b.add('Mul', [step.number('batchScale'), b.scalar(2)]);
      return {
        sum: b.add('ReduceSum', [b.add('Mul', [error, error])], { keepdims: 0 }),
        gradient: b.add('Mul', [error, twice]),
      };
    },
  };
}
