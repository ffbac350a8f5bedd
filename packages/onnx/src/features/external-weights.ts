import type { InferenceSession } from 'onnxruntime-common';

import { externalFiles } from '../graph/read-model.ts';
import type { OnnxModel } from '../runtime.ts';

/** What is used of Node's `fs/promises`. */
interface FileSystem {
  stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }>;
}

/** What is used of Node's `path`. */
interface Paths {
  dirname(path: string): string;
  resolve(...parts: string[]): string;
}

/**
 * What tells whether weights outside an `.onnx` file have changed: of files, which may be huge, size and time of change; of bytes in
 * `sessionOptions.externalData`, the bytes, and of what else is named there, the name. Nothing for a model without such weights.
 *
 * @param bytes the content of the model's file.
 */
export async function externalWeights(
  model: OnnxModel,
  bytes: Uint8Array,
  { externalData = [] }: InferenceSession.SessionOptions = {},
): Promise<readonly (string | ArrayBufferView)[]> {
  const given = externalData.flatMap((one) => {
    const { path, data } = typeof one === 'string' ? { path: one, data: one } : one;
    if (data instanceof ArrayBuffer) return [path, new Uint8Array(data)];
    return typeof data === 'string' || ArrayBuffer.isView(data) ? [path, data] : [path];
  });
  const files = typeof model === 'string' ? externalFiles(bytes) : [];
  const states = await Promise.all(files.map((file) => fileState(model as string, file)));
  return [...given, ...states];
}

async function fileState(model: string, file: string): Promise<string> {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const files = process?.getBuiltinModule?.('node:fs/promises') as FileSystem;
  const paths = process?.getBuiltinModule?.('node:path') as Paths;
  const { size, mtimeMs } = await files.stat(paths.resolve(paths.dirname(model), file));
  return JSON.stringify([file, size, mtimeMs]);
}
