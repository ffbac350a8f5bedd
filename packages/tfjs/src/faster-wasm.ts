import * as tf from '@tensorflow/tfjs';

/** What marks the replacement, also across two copies of this package. */
const REPLACED = Symbol.for('tunable.tfjs.matMul');

/** Fewer multiplications than this are over before a transposition would be. */
const WORTH_IT = 32_768;

/** The memory of a backend, as far as kernels use it. */
interface Memory {
  disposeData(dataId: object): unknown;
}

type Matrices = Record<'a' | 'b', tf.TensorInfo>;
type Transposed = Record<'transposeA' | 'transposeB', boolean>;

/**
 * Lets the WASM backend multiply transposed matrices as fast as others. TensorFlow.js 4.22 has a fast routine for plain
 * ones only, and a plain loop, some seven times slower, for transposed ones, which every gradient of a dense layer needs. Here
 * the operation transposes first, and then takes the fast routine: the same numbers, in two thirds of the time per epoch.
 *
 * Replaces the operation in TensorFlow.js itself, once; but other code on the thread gets the one that it had: the fast one
 * counts inside {@link multiplyingFast} only. Does nothing with another version of TensorFlow.js than 4.22, whose operation
 * may differ.
 */
export function makeWasmFaster(): void {
  if (!tf.version_core.startsWith('4.22.')) return;
  const kernel = tf.getKernel('BatchMatMul', 'wasm') as tf.KernelConfig | undefined;
  const transpose = tf.getKernel('Transpose', 'wasm') as tf.KernelConfig | undefined;
  if (kernel === undefined || transpose === undefined || REPLACED in kernel.kernelFunc) return;

  const multiply: tf.KernelFunc = ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as Matrices;
    const { transposeA, transposeB } = attrs as unknown as Transposed;
    const rows = b.shape.at(transposeB ? -2 : -1) as number;
    const isPlain = depth === 0 || (!transposeA && !transposeB);
    if (isPlain || a.shape.reduce((size, n) => size * n, rows) < WORTH_IT) {
      return kernel.kernelFunc({ inputs, backend, ...(attrs && { attrs }) });
    }
    const turned: tf.TensorInfo[] = [];
    const turn = (x: tf.TensorInfo): tf.TensorInfo => {
      const rank = x.shape.length;
      const outer = Array.from({ length: rank - 2 }, (_, axis) => axis);
      const perm = [...outer, rank - 1, rank - 2];
      const result = transpose.kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as tf.TensorInfo;
      turned.push(result);
      return result;
    };
    const product = kernel.kernelFunc({
      inputs: { a: transposeA ? turn(a) : a, b: transposeB ? turn(b) : b },
      backend,
      attrs: { transposeA: false, transposeB: false },
    });
    for (const { dataId } of turned) (backend as Memory).disposeData(dataId);
    return product;
  };
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({ ...kernel, kernelFunc: Object.assign(multiply, { [REPLACED]: true }) });
}

/** How many calls of {@link multiplyingFast} are under way. */
let depth = 0;

/** Runs a synchronous function with the fast operation, where {@link makeWasmFaster} has put it. */
export function multiplyingFast<T>(run: () => T): T {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}
