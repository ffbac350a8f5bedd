import type { Options } from '../options.ts';
import type { Table } from '../report/table.ts';
import { measureEpochs } from './epochs.ts';
import { loadDigits } from './load-digits.ts';
import { measureSearch } from './search.ts';

/** Networks trained by ONNX Runtime, beside PyTorch and TensorFlow.js. */
export async function measureOnnx(options: Options): Promise<Table[]> {
  console.error('onnx');
  const digits = loadDigits();
  const epochs = await measureEpochs(digits.train, options.full ? 7 : 3);
  return [epochs, await measureSearch(digits)];
}
