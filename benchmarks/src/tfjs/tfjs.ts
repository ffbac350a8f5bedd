import { loadDigits } from '../onnx/load-digits.ts';
import type { Options } from '../options.ts';
import type { Table } from '../report/table.ts';
import { measureFrameworks } from './frameworks.ts';
import { measureOutside } from './outside.ts';
import { measurePruning } from './pruning.ts';
import { measureScaling } from './scaling.ts';

/** TensorFlow.js networks, by the clock: what tuning adds to training, threads, and other frameworks. */
export async function measureTfjs(options: Options): Promise<Table[]> {
  const digits = loadDigits();
  return [
    await measureFrameworks(digits, options.full ? 6 : 3),
    await measureOutside(digits.train),
    await measureScaling(
      digits.train.rows(Int32Array.from({ length: 2000 }, (_, i) => i)),
      options.full ? 5 : 3,
    ),
  ];
}

/** What pruning saves: nothing here depends on the clock, and it takes the longest. */
export async function measureTfjsPruning({ threads }: Options): Promise<Table[]> {
  return [await measurePruning(threads)];
}
