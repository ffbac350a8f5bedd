// Removes everything that a build, a test or a docs run writes.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const under = (folder) => readdirSync(join(root, folder)).map((name) => join(folder, name));
for (const workspace of [...under('packages'), ...under('examples'), 'benchmarks', 'docs']) {
  for (const output of ['dist', 'reports', '.turbo', 'api']) {
    rmSync(join(root, workspace, output), { recursive: true, force: true });
  }
}
rmSync(join(root, '.turbo'), { recursive: true, force: true });
