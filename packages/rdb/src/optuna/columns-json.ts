import type { SearchSpace } from '@tunable/core';

import { distributionOf, parseDistribution, printDistribution } from './distribution.ts';
import { Codec, type CodecColumn, type ParamCodec } from './trial-params.ts';

/** How the leaves of an inferred space stand in Optuna's table, as JSON: it cannot be told from the space. */
export function printColumns(columns: readonly CodecColumn[]): string {
  return JSON.stringify(
    columns.map((column) =>
      'presenceOf' in column ? column : { ...column, distribution: printDistribution(column.distribution) },
    ),
  );
}

/** The codec that {@link printColumns} tells of. */
export function codecFromColumns(space: SearchSpace, json: string): ParamCodec {
  type ColumnJSON = { readonly presenceOf: number } | { name: string; distribution: string; text?: string };
  const columns = (JSON.parse(json) as ColumnJSON[]).map((column) =>
    'presenceOf' in column ? column : { ...column, distribution: parseDistribution(column.distribution) },
  );
  return new Codec(space, columns);
}

/**
 * The columns of an inferred space that has grown: what says whether another parameter is there goes on to say so.
 *
 * @param space the grown space.
 * @returns undefined if they can be told from the space.
 */
export function grownColumns(
  { space: { leaves }, columns }: ParamCodec,
  space: SearchSpace,
): readonly CodecColumn[] | undefined {
  const watched = new Map<string, string>();
  for (const [leaf, column] of columns.entries()) {
    if ('presenceOf' in column) watched.set(nameOf(leaves, leaf), nameOf(leaves, column.presenceOf));
  }
  if (watched.size === 0) return undefined;
  const grown = space.leaves.map(({ name, parameter }): CodecColumn => {
    const other = watched.get(name);
    const presenceOf = space.leaves.findIndex((leaf) => leaf.name === other);
    return presenceOf >= 0 ? { presenceOf } : { name, distribution: distributionOf(parameter.toJSON()) };
  });
  return grown.some((column) => 'presenceOf' in column) ? grown : undefined;
}

function nameOf(leaves: SearchSpace['leaves'], leaf: number): string {
  return (leaves[leaf] as SearchSpace['leaves'][number]).name;
}
