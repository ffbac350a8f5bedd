import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { OptunaDriver, python } from '../optuna/driver.ts';
import type { Options } from '../options.ts';
import type { Environment } from '../report/environment.ts';
import { cell, type Table } from '../report/table.ts';
import { floats, median } from '../speed/workload.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const megabyte = 1e6;

/** Memory, import time and size. */
export async function measureFootprint(options: Options, environment: Environment): Promise<Table[]> {
  const hasOptuna = environment.optuna !== undefined;
  const repeats = options.full ? 25 : 11;
  return [await memoryTable(hasOptuna), await importTable(repeats, hasOptuna), await sizeTable()];
}

interface Memory {
  readonly live: number;
  readonly rss: number;
  readonly peak: number;
}

async function memoryTable(hasOptuna: boolean): Promise<Table> {
  console.error('footprint: memory');
  const empty = await memoryOf('empty');
  const study = await memoryOf('study');
  const optuna = hasOptuna ? await optunaMemory() : undefined;
  const megabytes = (bytes: number | undefined) =>
    cell(bytes === undefined ? undefined : bytes / megabyte, 1);
  const row = (name: string, what: keyof Memory) => [
    name,
    megabytes(empty[what]),
    megabytes(study[what]),
    megabytes(study[what] - empty[what]),
  ];
  return {
    title: 'Memory of a study of 10,000 trials of 10 floats, MB',
    columns: ['', 'empty process', 'with the study', 'above the empty one'],
    rows: [
      row('live objects', 'live'),
      row('resident, after a garbage collection', 'rss'),
      row('resident, peak', 'peak'),
      [
        'Optuna, resident, peak',
        megabytes(optuna?.empty),
        megabytes(optuna?.study),
        megabytes(optuna === undefined ? undefined : optuna.study - optuna.empty),
      ],
    ],
    notes: [
      'Child processes; medians of three. The study uses random search, which keeps nothing of its own.',
    ],
  };
}

async function memoryOf(what: 'empty' | 'study'): Promise<Memory> {
  const measured: Memory[] = [];
  for (let i = 0; i < 3; i++) {
    const { stdout } = await run(process.execPath, ['--expose-gc', child('memory-child'), what]);
    measured.push(JSON.parse(stdout) as Memory);
  }
  const middle = (what: keyof Memory) => median(measured.map((memory) => memory[what]));
  return { live: middle('live'), rss: middle('rss'), peak: middle('peak') };
}

async function optunaMemory(): Promise<{ empty: number; study: number }> {
  const script = 'import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)';
  const { stdout } = await run(python, ['-c', script]);
  const driver = new OptunaDriver();
  await driver.request({ do: 'run', sampler: 'random', space: floats(10), trials: 10_000, seed: 0 });
  const { peak } = await driver.request<{ readonly peak: number }>({ do: 'memory' });
  driver.close();
  return { empty: Number(stdout) * (process.platform === 'darwin' ? 1 : 1024), study: peak };
}

async function importTable(repeats: number, hasOptuna: boolean): Promise<Table> {
  console.error('footprint: import');
  const inside: number[] = [];
  const whole: number[] = [];
  const empty: number[] = [];
  const optuna: number[] = [];
  const script =
    'import time; t = time.perf_counter(); import optuna; print(1000 * (time.perf_counter() - t))';
  for (let i = 0; i < repeats; i++) {
    empty.push((await timeProcess(process.execPath, [child('empty-child')])).wall);
    const { wall, printed } = await timeProcess(process.execPath, [child('import-child')]);
    whole.push(wall);
    inside.push(printed);
    if (hasOptuna) optuna.push((await timeProcess(python, ['-c', script])).printed);
  }
  return {
    title: 'Import, ms',
    columns: ['', 'ms'],
    rows: [
      ["`import '@tunable/core'`", cell(median(inside), 1)],
      ['a process that imports it', cell(median(whole), 1)],
      ['a process that imports an empty module', cell(median(empty), 1)],
      ['`import optuna`', cell(median(optuna), 1)],
    ],
    notes: [`Medians of ${repeats} child processes each, in turn.`],
  };
}

async function timeProcess(
  command: string,
  args: readonly string[],
): Promise<{ wall: number; printed: number }> {
  const start = performance.now();
  const { stdout } = await run(command, args);
  return { wall: performance.now() - start, printed: Number(stdout) };
}

/** The size that size-limit finds, as configured in the top package.json. */
async function sizeTable(): Promise<Table> {
  console.error('footprint: size');
  const bin = fileURLToPath(new URL('bin.js', import.meta.resolve('size-limit')));
  // It exits with 1 when a limit is passed; the figure is still printed.
  const { stdout } = await run(process.execPath, [bin, '--json'], { cwd: root }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const sizes = JSON.parse(stdout) as readonly { readonly name: string; readonly size: number }[];
  return {
    title: 'Size, minified and gzipped',
    columns: ['package', 'kB'],
    rows: sizes.map(({ name, size }) => [name, cell(size / 1000, 1)]),
  };
}

function child(name: string): string {
  return fileURLToPath(new URL(`${name}.js`, import.meta.url));
}
