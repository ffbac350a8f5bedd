import { InvalidArgumentError } from '@tunable/core';

/** Keeps computed features from one run of a program to the next, under a name made of what they were computed from. */
export interface FeaturesCache {
  /** The numbers kept under `key`, or undefined. */
  read(key: string): Promise<Float64Array | undefined>;
  /** Keeps numbers under `key`. */
  write(key: string, numbers: Float64Array): Promise<void>;
}

/** What is used of Node's `fs/promises`. */
interface FileSystem {
  mkdir(path: string, options: { recursive: boolean }): Promise<unknown>;
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, data: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

/**
 * A cache in a folder: one file per entry, of 64-bit floating-point numbers. It may be deleted at any time.
 *
 * @throws {InvalidArgumentError} where there are no files (browsers).
 */
export function folderCache(folder: string): FeaturesCache {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): unknown };
  };
  const files = process?.getBuiltinModule?.('node:fs/promises') as FileSystem | undefined;
  if (files === undefined) {
    throw new InvalidArgumentError(
      'onnxFeatures: cache is a folder, and this platform has no files; leave it out',
    );
  }
  const path = (key: string): string => `${folder}/${key}.f64`;
  return {
    async read(key) {
      try {
        const bytes = await files.readFile(path(key));
        return bytes.byteLength % 8 === 0 ? new Float64Array(Uint8Array.from(bytes).buffer) : undefined;
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(key, numbers) {
      await files.mkdir(folder, { recursive: true });
      // Renamed when whole, so that no reader finds half a file.
      const unfinished = `${path(key)}.${crypto.randomUUID()}.tmp`;
      await files.writeFile(
        unfinished,
        new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
      );
      await files.rename(unfinished, path(key));
    },
  };
}

/** The SHA-256 of several parts, as 64 hexadecimal digits. */
export async function contentKey(parts: readonly (string | ArrayBufferView)[]): Promise<string> {
  const digests: Uint8Array[] = [];
  for (const part of parts) {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : unshared(part);
    digests.push(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  }
  const all = new Uint8Array(digests.length * 32);
  for (const [i, digest] of digests.entries()) all.set(digest, i * 32);
  const key = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes of a view, copied: `digest` takes no shared memory, in which datasets may lie. */
function unshared(view: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}
