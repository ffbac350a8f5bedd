// Proves that what would be published works away from this repository: packs every package, checks the tarball with
// publint and attw, installs it with nothing but the core beside it, imports it, and compiles against its types.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const work = mkdtempSync(join(tmpdir(), 'tunable-packages-'));
let failed = 0;

/** Runs one named check; its output is shown only if it fails. */
function check(name, run) {
  try {
    run();
    console.log(`  ok    ${name}`);
  } catch (error) {
    failed++;
    console.log(`  FAIL  ${name}`);
    console.log(
      [error.message, error.stdout, error.stderr].filter(Boolean).join('\n').replace(/^/gm, '        '),
    );
  }
}

function run(command, args, cwd = root) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Compiles, and throws the errors of our own types and of their user. Those in a framework's types are not ours to mend. */
function compile(args, cwd) {
  try {
    run(bin('tsc'), args, cwd);
  } catch (error) {
    const ours = String(error.stdout)
      .split('\n')
      .filter((line) => /^(node_modules\/@tunable\/|user\.ts)/.test(line) || !/^\S+\(\d+,\d+\)/.test(line))
      .filter((line) => line.trim() !== '' && !/^\s/.test(line));
    if (ours.length > 0) throw new Error(ours.join('\n'), { cause: error });
  }
}

/** Files that a user of the package has no use for. */
const unwanted = /(\.test(-d)?\.|\.map$|tsbuildinfo|^package\/src\/|[^d]\.ts$)/;

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => ({
    folder: join(root, 'packages', folder),
    manifest: JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')),
  }))
  .filter(({ manifest }) => !manifest.private);

for (const entry of packages) {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', work], entry.folder));
  entry.tarball = join(work, packed.filename);
  entry.files = packed.files.map((file) => file.path);
  entry.size = packed.size;
}

const core = packages.find(({ manifest }) => manifest.name === '@tunable/core');

for (const { folder, manifest, tarball, files, size } of packages) {
  const name = manifest.name;
  console.log(`${name} ${manifest.version}: ${files.length} files, ${(size / 1024).toFixed(1)} kB packed`);

  check('holds its code, README and LICENSE, and nothing else', () => {
    const bad = files.filter((file) => unwanted.test(file));
    if (bad.length > 0) throw new Error(`unwanted files: ${bad.join(', ')}`);
    for (const needed of ['dist/index.js', 'dist/index.d.ts', 'README.md', 'LICENSE']) {
      if (!files.includes(needed)) throw new Error(`${needed} is missing`);
    }
  });
  check('publint', () => run(bin('publint'), ['run', folder, '--strict', '--pack', 'npm']));
  check('attw', () =>
    run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']),
  );

  const user = join(work, name.replace(/\W/g, '-'));
  check('installs alone', () => {
    mkdirSync(user);
    writeFileSync(
      join(user, 'package.json'),
      JSON.stringify({ name: 'user', private: true, type: 'module' }),
    );
    const tarballs = [...new Set([core.tarball, tarball])];
    run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], user);
    const ours = readdirSync(join(user, 'node_modules', '@tunable')).map((found) => `@tunable/${found}`);
    const extra = ours.filter((found) => found !== name && found !== '@tunable/core');
    if (extra.length > 0) throw new Error(`also installs ${extra.join(', ')}`);
  });
  check('imports', () => {
    run('node', ['--input-type=module', '--eval', `await import('${name}')`], user);
  });
  check('its types compile for nodenext and for bundlers', () => {
    writeFileSync(
      join(user, 'user.ts'),
      `import * as it from '${name}';\nexport const names: string[] = Object.keys(it);\n`,
    );
    const common = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--target',
      'es2022',
      '--lib',
      'es2023,dom',
    ];
    const node = ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')];
    compile([...common, ...node, '--module', 'nodenext', 'user.ts'], user);
    compile([...common, ...node, '--module', 'esnext', '--moduleResolution', 'bundler', 'user.ts'], user);
  });
}

rmSync(work, { recursive: true, force: true });
console.log(failed === 0 ? 'All package checks passed.' : `${failed} package checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
