import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Dataset } from '@tunable/core';

import { python } from '../optuna/driver.ts';

/** What PyTorch has measured; `missing` is why there is nothing. */
export type TorchAnswer =
  | {
      readonly version: string;
      readonly epochs: readonly { readonly wall: number; readonly cpu: number; readonly loss: number }[];
      readonly missing?: undefined;
    }
  | { readonly missing: string };

const script = fileURLToPath(new URL('../../python/torch_epochs.py', import.meta.url));

/**
 * Trains a 784-128-10 network on the rows in PyTorch on one thread: wall and CPU seconds and the mean loss of each epoch. Errors are
 * answered as such, so that the rest of the benchmark goes on.
 *
 * @param interpreter the Python to run it by.
 */
export async function torchEpochs(
  train: Dataset,
  epochs: number,
  interpreter: string = python,
): Promise<TorchAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'tunable-torch-'));
  try {
    const file = join(folder, 'rows');
    const parts = [Float32Array.from(train.features), Int32Array.from(train.target)];
    await writeFile(file, Buffer.concat(parts.map((part) => Buffer.from(part.buffer))));
    const { stdout } = await promisify(execFile)(interpreter, [
      script,
      String(epochs),
      String(train.rowCount),
      file,
    ]);
    const answer = JSON.parse(stdout) as TorchAnswer;
    return answer.missing === undefined ? answer : { missing: 'not found, set TUNABLE_PYTHON' };
  } catch (error) {
    const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT') return { missing: `no ${interpreter}, set TUNABLE_PYTHON` };
    console.error(stderr || message);
    return { missing: `failed: ${(stderr || message).trim().split('\n').at(-1)}` };
  } finally {
    await rm(folder, { recursive: true });
  }
}
