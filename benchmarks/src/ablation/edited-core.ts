import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import type { Edit } from './parts.ts';

const source = fileURLToPath(new URL('../../../packages/core/src', import.meta.url));

/**
 * Bundles `@tunable/core` from its sources with some of them edited.
 *
 * @param edits the changes.
 * @param file where the bundle is written.
 * @returns its URL.
 * @throws an Error if what an edit replaces is not there (any more).
 */
export async function buildEditedCore(edits: readonly Edit[], file: string): Promise<string> {
  const byPath = new Map<string, string>();
  for (const edit of edits) {
    const path = join(source, 'optimizer', edit.file);
    const text = byPath.get(path) ?? (await readFile(path, 'utf8'));
    if (!text.includes(edit.from)) {
      throw new Error(
        `${edit.file} has no '${edit.from}' to replace: bring src/ablation/parts.ts up to date`,
      );
    }
    byPath.set(path, text.replaceAll(edit.from, edit.to));
  }
  await build({
    entryPoints: [join(source, 'index.ts')],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    plugins: [
      {
        name: 'edits',
        setup: (bundler) =>
          bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = byPath.get(path);
            return contents === undefined ? undefined : { contents, loader: 'ts' };
          }),
      },
    ],
  });
  return pathToFileURL(file).href;
}
