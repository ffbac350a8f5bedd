import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = new URL('../packages/', import.meta.url);
const isPublic = (/** @type {string} */ name) =>
  !JSON.parse(readFileSync(new URL(`${name}/package.json`, folder), 'utf8')).private;
const packages = readdirSync(folder)
  .filter(isPublic)
  .map((name) => `../packages/${name}`);

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'tunable',
  entryPointStrategy: 'packages',
  entryPoints: packages,
  out: 'api',
  readme: 'none',
  treatWarningsAsErrors: true,
  // With the "packages" strategy these act only here; at the top level they would be ignored silently.
  packageOptions: {
    entryPoints: ['src/index.ts'],
    basePath: root,
    disableGit: true,
    sourceLinkTemplate: 'https://github.com/tunable/tunable/blob/main/{path}#L{line}',
    validation: { notExported: true, invalidLink: true, notDocumented: true },
  },
};
