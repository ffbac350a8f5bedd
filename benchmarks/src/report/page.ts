import { readFileSync, writeFileSync } from 'node:fs';

import { SECTIONS, type Section } from '../options.ts';
import { environmentLine, type Environment } from './environment.ts';
import { tableToMarkdown, type Table } from './table.ts';

/** What a section came to, when and where. */
interface SectionResult {
  readonly environment: Environment;
  readonly command: string;
  readonly tables: readonly Table[];
}

/** The last result of each section. */
export type Results = { [S in Section]?: SectionResult };

const resultsFile = new URL('../../results/tables.json', import.meta.url);
const introductionFile = new URL('../../introduction.md', import.meta.url);
const pageFile = new URL('../../../docs/benchmarks.md', import.meta.url);

const TITLES: { readonly [S in Section]: string } = {
  quality: 'Quality',
  curves: 'Learning curves',
  speed: 'Cost of a suggestion',
  workload: 'Whole studies',
  footprint: 'Memory, import and size',
  threads: 'Threads',
  storage: 'Storages',
  onnx: 'Networks trained by ONNX Runtime',
  tfjs: 'TensorFlow.js networks',
  'tfjs-pruning': 'TensorFlow.js networks, pruned',
  pruners: 'Pruners',
  ablation: 'What each part of auto contributes',
  warm: 'Starting from earlier studies',
  references: 'References',
};

/** The stored results. */
export function readResults(): Results {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Stores the results, and writes the page of them. */
export function writePage(results: Results): void {
  writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 1)}\n`);
  const sections = SECTIONS.flatMap((section) => {
    const result = results[section];
    if (result === undefined) return [];
    const tables = result.tables.map((table) => tableToMarkdown(table));
    const origin = `${environmentLine(result.environment)}. \`${result.command}\``;
    return [`## ${TITLES[section]}`, origin, ...tables];
  });
  writeFileSync(pageFile, `${[readFileSync(introductionFile, 'utf8').trim(), ...sections].join('\n\n')}\n`);
}
