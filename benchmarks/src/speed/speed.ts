import { optimizerNames } from '../contenders.ts';
import { OptunaDriver } from '../optuna/driver.ts';
import type { Options } from '../options.ts';
import { mean } from '../quality/score.ts';
import type { Environment } from '../report/environment.ts';
import { significant, type Table } from '../report/table.ts';
import {
  floats,
  median,
  MIXED,
  openStudy,
  prefill,
  timeTrials,
  type Timing,
  type Workload,
} from './workload.ts';

/** One row: the cost of one ask + tell of an optimizer, on a history of `history` trials. */
interface SpeedRow {
  readonly optimizer: string;
  readonly space: '10 floats' | 'mixed';
  readonly history: number;
  /** One if absent. */
  readonly objectives?: number;
  /** Whether trials report values by which the default pruner ends most of them early. */
  readonly reports?: boolean;
  /** Optuna 5's figure as measured on two shared vCPUs of another day, in ms. */
  readonly quoted?: string;
  /** What we set out to reach, in ms. */
  readonly goal?: number;
  /** Measured with `--full` only. */
  readonly isSlow?: boolean;
}

const ROWS: readonly SpeedRow[] = [
  { optimizer: 'random', space: '10 floats', history: 1000, quoted: '0.27', goal: 0.01 },
  { optimizer: 'tpe', space: '10 floats', history: 1000, quoted: '12', goal: 0.3 },
  { optimizer: 'tpe', space: '10 floats', history: 10_000, quoted: '77', goal: 1 },
  { optimizer: 'tpe', space: 'mixed', history: 1000, quoted: '39', goal: 0.3 },
  { optimizer: 'tpe', space: 'mixed', history: 10_000, quoted: '107', goal: 1 },
  { optimizer: 'gp', space: '10 floats', history: 100, quoted: '51–113', goal: 10 },
  { optimizer: 'gp', space: '10 floats', history: 200, quoted: '93–146', goal: 25 },
  { optimizer: 'gp', space: '10 floats', history: 1000, goal: 60 },
  { optimizer: 'gp', space: 'mixed', history: 100, quoted: '144–204', goal: 10 },
  { optimizer: 'gp', space: 'mixed', history: 200, quoted: '170–223', goal: 25 },
  { optimizer: 'gp', space: 'mixed', history: 1000, goal: 60 },
  { optimizer: 'cmaes', space: '10 floats', history: 1000, quoted: '0.67', goal: 0.05 },
  { optimizer: 'cmaes', space: '10 floats', history: 10_000, quoted: '4.2', goal: 0.05, isSlow: true },
  { optimizer: 'nsga2', space: '10 floats', history: 1000, quoted: '0.62', goal: 0.05 },
  { optimizer: 'nsga2', space: '10 floats', history: 10_000, quoted: '3.9', goal: 0.05, isSlow: true },
  { optimizer: 'auto', space: '10 floats', history: 100 },
  { optimizer: 'auto', space: '10 floats', history: 1000 },
  { optimizer: 'auto', space: '10 floats', history: 10_000 },
  { optimizer: 'auto', space: 'mixed', history: 1000 },
  { optimizer: 'auto', space: '10 floats', history: 100, reports: true },
  { optimizer: 'auto', space: '10 floats', history: 1000, reports: true },
  { optimizer: 'gp', space: '10 floats', history: 100, reports: true },
  { optimizer: 'gp', space: '10 floats', history: 1000, reports: true },
  { optimizer: 'tpe', space: '10 floats', history: 100, reports: true },
  { optimizer: 'tpe', space: '10 floats', history: 1000, reports: true },
  { optimizer: 'gp', space: '10 floats', history: 100, objectives: 2 },
  { optimizer: 'gp', space: '10 floats', history: 200, objectives: 2 },
  { optimizer: 'tpe', space: '10 floats', history: 1000, objectives: 4 },
  { optimizer: 'tpe', space: '10 floats', history: 10_000, objectives: 4, isSlow: true },
];

/** Samplers whose state lies in their own earlier trials: their history is made by themselves. */
const GENERATIONAL = ['cmaes', 'nsga2'];

/** Of some trials, in ms. */
interface Cost {
  /** The median time by the clock. */
  readonly median: number;
  /** The mean CPU time. */
  readonly cpu: number;
}

/** What one ask + tell costs. */
export async function measureSpeed(options: Options, environment: Environment): Promise<Table[]> {
  const known = options.optimizers ?? optimizerNames();
  const driver = environment.optuna === undefined ? undefined : new OptunaDriver();
  const missing = new Set<string>();
  const rows: string[][] = [];
  for (const row of ROWS) {
    if (!known.includes(row.optimizer)) continue;
    console.error(`speed: ${row.optimizer}, ${describe(row)}, history ${row.history}`);
    const ours: Cost[] = [];
    const theirs: Cost[] = [];
    // Ours and theirs in turn, so that both see the same machine.
    for (let repeat = 0; repeat < (options.full ? 5 : 3); repeat++) {
      ours.push(await timeOurs(row, repeat));
      const runsOptuna =
        hasCounterpart(row, options) && (repeat === 0 || options.full || row.history <= 1000);
      if (driver === undefined || !runsOptuna || missing.has(row.optimizer)) continue;
      try {
        theirs.push(await timeTheirs(driver, row, repeat));
      } catch (error) {
        missing.add(row.optimizer);
        console.error(`Optuna ${row.optimizer}: ${(error as Error).message}`);
      }
    }
    const cpu = median(ours.map((cost) => cost.cpu));
    const optunaCpu = median(theirs.map((cost) => cost.cpu));
    rows.push([
      row.optimizer,
      describe(row),
      row.history.toLocaleString('en'),
      significant(median(ours.map((cost) => cost.median))),
      significant(cpu),
      significant(median(theirs.map((cost) => cost.median))),
      significant(optunaCpu),
      Number.isNaN(optunaCpu) ? '–' : `${significant(optunaCpu / cpu)}×`,
      row.quoted ?? '–',
      row.goal === undefined ? '–' : String(row.goal),
    ]);
  }
  driver?.close();
  return [
    {
      title: 'One ask + tell',
      columns: [
        'optimizer',
        'space',
        'history',
        'median ms',
        'CPU ms',
        'Optuna, median ms',
        'Optuna, CPU ms',
        'times as fast',
        'Optuna, quoted ms',
        'goal ms',
      ],
      rows,
      notes: [
        'Time by the clock (median over trials) and CPU time of all threads (mean over trials, fits and garbage collections included), each the median of the repeats; "times as fast" compares CPU times, which a busy machine does not inflate. "Pruned early": trials report nine values each, and the default pruner ends some four in five of them; the reports are part of the time. "Quoted" are medians of Optuna 5.0.0 on two shared AMD EPYC cores on another day; GP without and with greenlet, which batches its fits.',
      ],
    },
  ];
}

/** '10 floats', and what else is special. */
function describe({ space, objectives = 1, reports = false }: SpeedRow): string {
  if (reports) return `${space}, pruned early`;
  return objectives > 1 ? `${space}, ${objectives} objectives` : space;
}

/** GP and the long histories of generational samplers take Optuna minutes. */
function hasCounterpart({ optimizer, history, isSlow, reports }: SpeedRow, options: Options): boolean {
  if (optimizer === 'auto' || reports === true) return false;
  if (optimizer === 'gp') return options.optuna.includes('gp') && history < 1000;
  return isSlow !== true || options.full;
}

function toWorkload({ space, objectives = 1, reports = false }: SpeedRow): Workload {
  return { parameters: space === 'mixed' ? MIXED : floats(10), objectives, reports };
}

async function timeOurs(row: SpeedRow, seed: number): Promise<Cost> {
  const workload = toWorkload(row);
  const study = await openStudy(workload, row.optimizer, seed);
  if (GENERATIONAL.includes(row.optimizer)) {
    return toCost(await timeTrials(study, workload, row.history, Infinity), -100);
  }
  await prefill(study, workload, row.history, seed + 1);
  // The first ask learns the whole history, and the compiler needs some more: costs per process, not per trial.
  await timeTrials(study, workload, row.history / 20, 3000);
  return toCost(await timeTrials(study, workload, Math.min(500, row.history / 4), 3000), 0);
}

async function timeTheirs(driver: OptunaDriver, row: SpeedRow, seed: number): Promise<Cost> {
  const { parameters: space, objectives } = toWorkload(row);
  const request = { sampler: row.optimizer, space, objectives, seed };
  if (GENERATIONAL.includes(row.optimizer)) {
    return toCost(await driver.request<Timing>({ ...request, do: 'run', trials: row.history }), -100);
  }
  const timing = await driver.request<Timing>({
    ...request,
    do: 'time',
    prefill: row.history,
    trials: 15,
    timeout: 5,
  });
  return toCost(timing, 1);
}

/** @param from the first trial that counts; from the end, if negative. */
function toCost({ ms, cpuMs }: Timing, from: number): Cost {
  return { median: median(ms.slice(from)), cpu: mean(cpuMs.slice(from)) };
}
