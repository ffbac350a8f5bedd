// Bundles a package's entry points from its TypeScript sources: node scripts/bundle.mjs ENTRY... (run in the package).
// Importing one file takes a fifth of the time that resolving and reading some two hundred takes. Not minified: users read it.
// A private package of ours that it uses is bundled in, as nobody can install it.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const packages = fileURLToPath(new URL('../packages', import.meta.url));
/** The source of each private package, by its name. */
const bundledIn = new Map(
  readdirSync(packages).flatMap((folder) => {
    const manifest = join(packages, folder, 'package.json');
    const { name, private: isPrivate } = JSON.parse(readFileSync(manifest, 'utf8'));
    return isPrivate ? [[name, join(dirname(manifest), 'src/index.ts')]] : [];
  }),
);

// What an earlier build left behind would be published otherwise. Declarations are tsc's; those that speak of a private
// package belong to modules inside the bundle, and are of no use to anybody.
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  const isInside = () =>
    [...bundledIn.keys()].some((name) => readFileSync(file, 'utf8').match(`'${name}['/]`));
  if (entry.isFile() && (file.endsWith('.js') || (file.endsWith('.d.ts') && isInside()))) rmSync(file);
}

// What users install beside the package is imported; workspaces that are not published become part of it.
const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const external = Object.keys({ ...dependencies, ...peerDependencies }).flatMap((name) => [name, `${name}/*`]);

await build({
  entryPoints: process.argv.slice(2),
  outdir: 'dist',
  // All in one folder, so that modules find one another by the same relative URLs whichever chunk they are in.
  entryNames: '[name]',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  external: ['node:*', ...external],
  plugins: [
    {
      name: 'private packages',
      setup: (bundler) =>
        bundler.onResolve({ filter: /^@tunable\// }, ({ path }) =>
          bundledIn.has(path) ? { path: bundledIn.get(path), sideEffects: false } : undefined,
        ),
    },
  ],
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  logLevel: 'warning',
});
