import type { Options } from '../options.ts';
import type { Table } from '../report/table.ts';
import { measureFolds } from './folds.ts';
import { measureStopping } from './stopping.ts';

/** The smaller tables of the guide on pruners: folds as steps, and what is lost by stopping. */
export async function measurePruners(options: Pick<Options, 'seeds' | 'minutes' | 'full'>): Promise<Table[]> {
  return [await measureFolds(options), await measureStopping(options.full ? 40 : 10)];
}
