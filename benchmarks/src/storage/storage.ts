import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Options } from '../options.ts';
import type { Environment } from '../report/environment.ts';
import { significant, type Table } from '../report/table.ts';
import { median } from '../speed/workload.ts';
import { runCrew, type CrewTiming } from './crew.ts';
import type { Plan } from './plan.ts';
import { startServer } from './server.ts';
import { createFilled, storageOf } from './workload.ts';

const HISTORY = 10_000;

/** Storages, beside Optuna's relational storage on the same disk and server. */
export async function measureStorage(options: Options, environment: Environment): Promise<Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tunable-bench-'));
  const server = await startServer();
  if (server === undefined) console.error('storage: no PostgreSQL binaries here, its rows are left out');
  try {
    const bench = new StorageBench(options, environment.optuna !== undefined, folder, server?.url);
    return [await bench.throughput(), await bench.opening(), await bench.asking()];
  } finally {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where studies are. */
interface Place {
  readonly name: 'SQLite' | 'PostgreSQL';
  readonly ours: string;
  readonly pythons: string;
}

class StorageBench {
  readonly #hasOptuna: boolean;
  readonly #folder: string;
  readonly #server: string | undefined;
  readonly #repeats: number;
  readonly #isFull: boolean;
  #count = 0;

  constructor(options: Options, hasOptuna: boolean, folder: string, server: string | undefined) {
    this.#hasOptuna = hasOptuna;
    this.#folder = folder;
    this.#server = server;
    this.#isFull = options.full;
    this.#repeats = options.full ? 5 : 3;
  }

  async throughput(): Promise<Table> {
    const rows: string[][] = [];
    const cases: [place: Place | undefined, workers: number, ours: number, optunas: number][] = [
      [this.#sqlite(), 1, 400, 20],
      [this.#sqlite(), 2, 400, 20],
      [this.#postgres(), 1, 400, 60],
      [this.#postgres(), 8, 800, 160],
    ];
    for (const [place, workers, ours, optunas] of cases) {
      if (place === undefined) continue;
      console.error(`storage: ${place.name}, ${workers} workers`);
      const [own, theirs]: [CrewTiming[], CrewTiming[]] = [[], []];
      for (let repeat = 0; repeat < this.#repeats; repeat++) {
        own.push(await this.#share('ours', place, workers, ours));
        if (this.#hasOptuna && this.#reaches(place)) {
          theirs.push(await this.#share('optuna', place, workers, optunas));
        }
      }
      const perSecond = median(own.map((one) => one.perSecond));
      const optunaPerSecond = median(theirs.map((one) => one.perSecond));
      rows.push([
        `${place.name}, ${workers === 1 ? 'one process' : `${workers} processes`}`,
        significant(perSecond),
        significant(optunaPerSecond),
        times(perSecond / optunaPerSecond),
        significant(median(own.map((one) => one.cpuMsPerTrial))),
        significant(median(theirs.map((one) => one.cpuMsPerTrial))),
        significant(median(own.map((one) => median(one.askMs)))),
        significant(median(theirs.map((one) => median(one.askMs)))),
      ]);
    }
    return {
      title: 'Trials per second: ask + tell, 10 floats, random search, on disk',
      columns: [
        'one study, shared by',
        'trials/s',
        'Optuna, trials/s',
        'times as many',
        'CPU ms per trial',
        'Optuna, CPU ms',
        'ask, median ms',
        'Optuna, ask ms',
      ],
      rows,
      notes: [
        `Every told result is on disk when \`tell\` resolves; one write with fsync takes ${significant(this.#fsyncMs())} ms here. PostgreSQL has its default settings, on the same machine. Trials of all processes together; medians of ${this.#repeats} runs of each, in turn. Optuna's ask includes its ten suggestions.`,
      ],
    };
  }

  async opening(): Promise<Table> {
    const rows: string[][] = [];
    for (const place of [this.#sqlite(), this.#postgres()]) {
      if (place === undefined) continue;
      console.error(`storage: opening, ${place.name}`);
      const study = this.#name();
      await createFilled(storageOf(place.ours), study, HISTORY);
      const plan = {
        work: 'open',
        study,
        trials: HISTORY,
        creates: false,
        seed: 1,
        optimizer: 'random',
      } as const;
      const [own, theirs]: [CrewTiming[], CrewTiming[]] = [[], []];
      for (let repeat = 0; repeat < this.#repeats; repeat++) {
        own.push(await runCrew('ours', [{ ...plan, url: place.ours }]));
        if (this.#hasOptuna && this.#reaches(place)) {
          theirs.push(await runCrew('optuna', [{ ...plan, url: place.pythons }]));
        }
      }
      const wall = (timings: readonly CrewTiming[]): number => median(timings.map(({ ms }) => ms)) / 1000;
      const cpu = (timings: readonly CrewTiming[]): number =>
        (median(timings.map(({ cpuMsPerTrial }) => cpuMsPerTrial)) * HISTORY) / 1000;
      rows.push([
        place.name,
        significant(wall(own)),
        significant(cpu(own)),
        significant(wall(theirs)),
        significant(cpu(theirs)),
        times(cpu(theirs) / cpu(own)),
      ]);
    }
    return {
      title: `Opening a study of ${HISTORY.toLocaleString('en')} trials, seconds`,
      columns: ['', 'tunable', 'CPU s', 'Optuna', 'CPU s', 'times as fast'],
      rows,
      notes: [
        'In a process that has just started, until all trials are at hand: `openStudy`, `load_study(...).get_trials(deepcopy=False)`. Both open the same study. "Times as fast" compares CPU times, which a busy machine does not inflate.',
      ],
    };
  }

  async asking(): Promise<Table> {
    const trials = this.#isFull ? 150 : 50;
    const plan = { work: 'run', creates: false, trials, optimizer: 'tpe' } as const;
    const rows: string[][] = [];
    const add = (name: string, timings: readonly CrewTiming[]): void => {
      const asks = timings.map(({ askMs }) => median(askMs));
      const cpu = timings.map(({ cpuMsPerTrial }) => cpuMsPerTrial);
      rows.push([name, significant(median(asks)), significant(median(cpu))]);
    };
    const repeat = async (run: (study: string) => Promise<CrewTiming>): Promise<CrewTiming[]> => {
      const timings: CrewTiming[] = [];
      for (let i = 0; i < (this.#isFull ? 3 : 1); i++) timings.push(await run(this.#name()));
      return timings;
    };
    console.error('storage: asking, in memory');
    const alone = (study: string): Plan => ({
      ...plan,
      url: 'memory:',
      study,
      creates: true,
      seed: 1,
      history: HISTORY,
    });
    add('in memory, one process', await repeat((study) => runCrew('ours', [alone(study)])));
    add(
      'in memory, 8 processes, each a study of its own: what the machine allows',
      await repeat((study) =>
        runCrew(
          'ours',
          Array.from({ length: 8 }, () => alone(study)),
        ),
      ),
    );
    for (const place of [this.#sqlite(), this.#postgres()]) {
      if (place === undefined) continue;
      for (const workers of [1, 8]) {
        console.error(`storage: asking, ${place.name}, ${workers} workers`);
        const timings = await repeat(async (study) => {
          await createFilled(storageOf(place.ours), study, HISTORY);
          const plans = Array.from({ length: workers }, (_, seed) => ({
            ...plan,
            url: place.ours,
            study,
            seed,
          }));
          return runCrew('ours', plans);
        });
        add(
          `${place.name}, ${workers === 1 ? 'one process' : `${workers} processes share the study`}`,
          timings,
        );
      }
    }
    return {
      title: `One ask with tpe at ${HISTORY.toLocaleString('en')} trials, ms`,
      columns: ['', 'ask, median ms', 'ask + tell, CPU ms'],
      rows,
      notes: ['A worker reads what has changed since its last look, never the whole history again.'],
    };
  }

  async #share(who: 'ours' | 'optuna', place: Place, workers: number, trials: number): Promise<CrewTiming> {
    const study = this.#name();
    const url = who === 'ours' ? place.ours : place.pythons;
    await createFilled(storageOf(place.ours), study, 0);
    const plans = Array.from({ length: workers }, (_, seed): Plan => {
      return {
        work: 'run',
        url,
        study,
        trials: Math.round(trials / workers),
        creates: false,
        seed,
        optimizer: 'random',
      };
    });
    return runCrew(who, plans);
  }

  #reaches({ name }: Place): boolean {
    return name === 'SQLite' || this.#server !== undefined;
  }

  #name(): string {
    return `study ${++this.#count}`;
  }

  #sqlite(): Place {
    const url = `sqlite:///${join(this.#folder, `${++this.#count}.db`)}`;
    return { name: 'SQLite', ours: url, pythons: url };
  }

  #postgres(): Place | undefined {
    if (this.#server === undefined) return undefined;
    const pythons = this.#server.replace('postgres:', 'postgresql+psycopg2:');
    return { name: 'PostgreSQL', ours: this.#server, pythons };
  }

  /** What the disk takes to keep a small write. */
  #fsyncMs(): number {
    const file = openSync(join(this.#folder, 'fsync'), 'w');
    const taken = Array.from({ length: 50 }, () => {
      const start = performance.now();
      writeSync(file, 'x'.repeat(4096));
      fsyncSync(file);
      return performance.now() - start;
    });
    closeSync(file);
    return median(taken);
  }
}

function times(ratio: number): string {
  return Number.isNaN(ratio) ? '–' : `${significant(ratio)}×`;
}
