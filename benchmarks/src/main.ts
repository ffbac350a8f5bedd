import { measureAblation } from './ablation/ablation.ts';
import { measureCurves } from './curves/curves.ts';
import { writeReferences } from './curves/references.ts';
import { measureOnnx } from './onnx/onnx.ts';
import { OPTUNA_MISSING } from './optuna/driver.ts';
import { HELP, parseOptions, type Options, type Section } from './options.ts';
import { measureFootprint } from './footprint/footprint.ts';
import { measurePruners } from './pruners/pruners.ts';
import { measureQuality } from './quality/quality.ts';
import { describeEnvironment, environmentLine, type Environment } from './report/environment.ts';
import { readResults, writePage } from './report/page.ts';
import { tableToText, type Table } from './report/table.ts';
import { measureFortyParameters } from './speed/forty-parameters.ts';
import { measureSpeed } from './speed/speed.ts';
import { measureStorage } from './storage/storage.ts';
import { measureTfjs, measureTfjsPruning } from './tfjs/tfjs.ts';
import { measureThreads } from './threads/threads.ts';
import { measureWarmStart } from './warm/warm.ts';

const args = process.argv.slice(2);
const options = readOptions();
if (options === 'help') console.log(HELP);
else if (options !== undefined) await bench(options);

function readOptions(): Options | 'help' | undefined {
  try {
    return parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 1;
    return undefined;
  }
}

async function bench(options: Options): Promise<void> {
  const environment = await describeEnvironment();
  console.log(environmentLine(environment));
  if (environment.optuna === undefined) console.log(OPTUNA_MISSING);
  for (const section of options.sections) {
    const tables = await measure(section, options, environment);
    for (const table of tables) console.log(tableToText(table));
    const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
    if (tables.length === 0 || !options.write || options.problems !== undefined) continue;
    // Read anew: another run may have stored results meanwhile.
    writePage({ ...readResults(), [section]: { environment, command, tables } });
  }
  if (!options.write)
    console.log('\nPrinted only: --write stores the results and writes docs/benchmarks.md.');
}

async function measure(section: Section, options: Options, environment: Environment): Promise<Table[]> {
  switch (section) {
    case 'quality': {
      const tables: Table[] = [];
      for (const suite of options.suites) tables.push(...(await measureQuality(suite, options, environment)));
      return tables;
    }
    case 'curves':
      return measureCurves(options, environment);
    case 'speed':
      return measureSpeed(options, environment);
    case 'workload':
      return measureFortyParameters(options, environment);
    case 'footprint':
      return measureFootprint(options, environment);
    case 'threads':
      return measureThreads(options);
    case 'storage':
      return measureStorage(options, environment);
    case 'onnx':
      return measureOnnx(options);
    case 'tfjs':
      return measureTfjs(options);
    case 'tfjs-pruning':
      return measureTfjsPruning(options);
    case 'pruners':
      return measurePruners(options);
    case 'ablation':
      return measureAblation(options);
    case 'warm':
      return measureWarmStart(options);
    case 'references':
      console.log('found:', (await writeReferences({ anew: options.full })).join(', ') || 'none was missing');
      return [];
  }
}
