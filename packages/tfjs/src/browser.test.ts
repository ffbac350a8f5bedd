import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('the package can be bundled for browsers: nothing of Node is imported, not even late', async () => {
  const bundled = build({
    entryPoints: [fileURLToPath(new URL('./index.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    external: ['@tensorflow/*'],
    write: false,
    logLevel: 'silent',
  });
  await expect(bundled).resolves.toMatchObject({ errors: [] });
});
