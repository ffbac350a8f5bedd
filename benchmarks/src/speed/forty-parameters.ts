import { optimizerNames } from '../contenders.ts';
import { OptunaDriver } from '../optuna/driver.ts';
import type { Options } from '../options.ts';
import type { Environment } from '../report/environment.ts';
import { significant, type Table } from '../report/table.ts';
import { floats, openStudy, timeTrials, type Timing } from './workload.ts';

/** The studies by which Rustuna, Optuna's rewrite in Rust, states its speed: 40 parameters each. */
const STUDIES = [
  { optimizer: 'tpe', objectives: 1, trials: 1000, rustuna: 6 },
  { optimizer: 'tpe', objectives: 2, trials: 1000, rustuna: 8.7 },
  { optimizer: 'cmaes', objectives: 1, trials: 10_000, rustuna: 18.6 },
  { optimizer: 'nsga2', objectives: 2, trials: 10_000, rustuna: 17.7 },
] as const;

/** Seconds that Optuna gets for each study unless the run is full; the trials done by then are compared. */
const QUICK_SECONDS = 20;

/** Whole studies of 40 parameters, as multiples of Optuna's speed. */
export async function measureFortyParameters(options: Options, environment: Environment): Promise<Table[]> {
  const known = options.optimizers ?? optimizerNames();
  const driver = environment.optuna === undefined ? undefined : new OptunaDriver();
  const rows: string[][] = [];
  for (const { optimizer, objectives, trials, rustuna } of STUDIES) {
    if (!known.includes(optimizer)) continue;
    console.error(`workload: ${optimizer}, ${objectives} objective(s), ${trials} trials`);
    const workload = { parameters: floats(40), objectives };
    const theirs = await driver
      ?.request<Timing>({
        do: 'run',
        sampler: optimizer,
        space: workload.parameters,
        objectives,
        trials,
        seed: 0,
        timeout: options.full ? 1e9 : QUICK_SECONDS,
      })
      .catch((error: unknown) => console.error(`Optuna ${optimizer}: ${(error as Error).message}`));
    const ours = await timeTrials(await openStudy(workload, optimizer, 0), workload, trials, Infinity);
    const compared = theirs?.ms.length ?? trials;
    const ourSeconds = seconds(ours.cpuMs.slice(0, compared));
    const theirSeconds = seconds(theirs?.cpuMs ?? []);
    rows.push([
      `${optimizer}, ${objectives === 1 ? 'one objective' : 'two objectives'}`,
      trials.toLocaleString('en'),
      significant(seconds(ours.ms)),
      significant(seconds(ours.cpuMs)),
      compared.toLocaleString('en'),
      theirs === undefined ? '–' : significant(ourSeconds),
      theirs === undefined ? '–' : significant(theirSeconds),
      theirs === undefined ? '–' : `${significant(theirSeconds / ourSeconds)}×`,
      `${rustuna}×`,
    ]);
  }
  driver?.close();
  return [
    {
      title: 'Whole studies of 40 floats',
      columns: [
        'study',
        'trials',
        'seconds',
        'CPU s',
        'trials compared',
        'CPU s of those',
        'Optuna, CPU s',
        'times as fast',
        'Rustuna',
      ],
      rows,
      notes: [
        'The last column is what Rustuna says of itself, on its authors’ machine. Where fewer trials were compared than run, Optuna was stopped after 20 s; `--full` lets it finish.',
      ],
    },
  ];
}

function seconds(ms: readonly number[]): number {
  return ms.reduce((total, one) => total + one, 0) / 1000;
}
