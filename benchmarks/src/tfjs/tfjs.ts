import { loadDigits } from '../onnx/load-digits.ts';
import type { Options } from '../options.ts';
import type { Table } from '../report/table.ts';
import { measureFrameworks } from './frameworks.ts';
import { measureOutside } from './outside.ts';
import { measurePruning } from './pruning.ts';
import { measureScaling } from './scaling.ts';

/** TensorFlow.js networks: what tuning adds to training, what pruning saves, threads, and other frameworks. */
export async function measureTfjs(options: Options): Promise<Table[]> {
  const digits = loadDigits();
  const some = digits.train.rows(Int32Array.from({ length: 2000 }, (_, i) => i));
  return [
    await measureFrameworks(digits, options.full ? 6 : 3),
    await measureOutside(digits.train),
    await measureScaling(some, options.full ? 5 : 3),
    await measurePruning(some.rows(Int32Array.from({ length: 1500 }, (_, i) => i)), digits.test),
  ];
}
