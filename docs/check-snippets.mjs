// Compiles and runs every ```ts block of the README, the guides and the packages' READMEs, each as a program of its own.
// For those that speak of DATABASE_URL, a PostgreSQL server is started; where there is none to start, they are compiled only.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = new URL('./', import.meta.url);
const out = new URL('.snippets/', here);

const exists = (/** @type {URL} */ file) =>
  access(file).then(
    () => true,
    () => false,
  );
const packages = await readdir(new URL('../packages/', here));
const readmes = packages.map((name) => new URL(`../packages/${name}/README.md`, here));
const isPublic = await Promise.all(readmes.map(exists));
const pages = [
  new URL('../README.md', here),
  ...(await readdir(here)).filter((name) => name.endsWith('.md')).map((name) => new URL(name, here)),
  ...readmes.filter((_, index) => isPublic[index]),
];

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
/** @type {{ name: string, where: string, needsServer: boolean }[]} */
const snippets = [];
for (const page of pages) {
  const text = await readFile(page, 'utf8');
  for (const match of text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, match.index).split('\n').length + 1;
    const [folder = '', file = ''] = page.pathname.split('/').slice(-2);
    const name = `${folder}-${file.replace('.md', '')}-${line}`;
    const needsServer = match[1]?.includes('DATABASE_URL') ?? false;
    snippets.push({ name, where: `${folder}/${file}:${line}`, needsServer });
    await writeFile(new URL(`${name}.ts`, out), `${match[1] ?? ''}\nexport {};\n`);
  }
}

/** Links to files that are not there. */
const dead = [];
for (const page of pages) {
  const text = await readFile(page, 'utf8');
  for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
    if (!(await exists(new URL(target, page)))) dead.push(`${page.pathname.split('/').at(-1)}: ${target}`);
  }
}

const config = {
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    rootDir: '.',
    outDir: './dist',
    composite: false,
    declaration: false,
    isolatedDeclarations: false,
    tsBuildInfoFile: null,
    lib: ['ES2023', 'DOM'],
    types: ['node'],
  },
  include: ['*.ts'],
};
await writeFile(new URL('tsconfig.json', out), JSON.stringify(config));

let failed = 0;
const report = (/** @type {string} */ what, /** @type {unknown} */ error) => {
  failed++;
  const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
  console.error(`FAILED ${what}\n${stdout}${stderr || String(error)}`);
};

const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', here));
try {
  await run(process.execPath, [tsc, '-p', fileURLToPath(out)]);
} catch (error) {
  report('compiling the snippets', error);
}
const server = snippets.some(({ needsServer }) => needsServer) ? startServer() : undefined;
const url = await server?.url;
for (const { name, where, needsServer } of failed > 0 ? [] : snippets) {
  if (needsServer && url === undefined) {
    console.warn(`not run: ${where} (no PostgreSQL server)`);
    continue;
  }
  try {
    await run(process.execPath, [fileURLToPath(new URL(`dist/${name}.js`, out))], {
      // Where files that they write are in nobody's way.
      cwd: fileURLToPath(out),
      timeout: 120_000,
      env: needsServer ? { ...process.env, DATABASE_URL: url } : process.env,
    });
  } catch (error) {
    report(where, error);
  }
}
await server?.close();
for (const link of dead) report(`dead link in ${link}`, new Error('no such file'));
console.log(`${snippets.length - failed} passed, ${failed} failed (programs in the READMEs and the guides)`);
process.exitCode = failed > 0 ? 1 : 0;

/** A server that ends when its standard input does, and prints its URL, or why there is none. */
function startServer() {
  const program = new URL('../packages/postgres/src/fixtures/server-process.mjs', here);
  const child = spawn(process.execPath, [fileURLToPath(program)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const line = once(createInterface({ input: child.stdout }), 'line');
  return {
    url: line.then(([text]) => (String(text).startsWith('postgres:') ? String(text) : undefined)),
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
