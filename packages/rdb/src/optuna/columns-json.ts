import type { SearchSpace } from '@tunable/core';

import {
  distributionOf,
  internalOf,
  parseDistribution,
  printDistribution,
  type Distribution,
} from './distribution.ts';
import type { PythonJson } from './python-json.ts';
import { Codec, type CodecColumn, type ParamCodec } from './trial-params.ts';

/**
 * How the leaves of a space stand in Optuna's table, as JSON, where it cannot be told from the space.
 *
 * @param isDeclared whether the space was declared, in place of one that was inferred. Default false.
 */
export function printColumns(columns: readonly CodecColumn[], isDeclared = false): string {
  const printed = columns.map((column) =>
    'presenceOf' in column ? column : { ...column, distribution: printDistribution(column.distribution) },
  );
  return JSON.stringify(isDeclared ? { declared: printed } : printed);
}

/** Whether {@link printColumns} was told so. */
export function isOfDeclaredSpace(json: string): boolean {
  return !Array.isArray(JSON.parse(json));
}

/** The codec that {@link printColumns} tells of. */
export function codecFromColumns(space: SearchSpace, json: string): ParamCodec {
  type ColumnJSON = { readonly presenceOf: number } | { name: string; distribution: string; text?: string };
  const parsed = JSON.parse(json) as ColumnJSON[] | { readonly declared: ColumnJSON[] };
  const columns = (Array.isArray(parsed) ? parsed : parsed.declared).map((column) =>
    'presenceOf' in column ? column : { ...column, distribution: parseDistribution(column.distribution) },
  );
  return new Codec(space, columns);
}

/**
 * The columns of an inferred space that has grown, or in whose place another one was declared: what says whether another
 * parameter is there goes on to say so, and choices that are the same are written in the order in which Python has them,
 * as it would refuse another one.
 *
 * @param space the grown space.
 * @returns undefined if they can be told from the space.
 */
export function grownColumns(
  { space: { leaves }, columns }: ParamCodec,
  space: SearchSpace,
): readonly CodecColumn[] | undefined {
  const watched = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const [leaf, column] of columns.entries()) {
    if ('presenceOf' in column) watched.set(nameOf(leaves, leaf), nameOf(leaves, column.presenceOf));
    else if (column.text !== undefined) texts.set(column.name, column.text);
  }
  const grown = space.leaves.map(({ name, parameter }): CodecColumn => {
    const other = watched.get(name);
    const presenceOf = space.leaves.findIndex((leaf) => leaf.name === other);
    if (presenceOf >= 0) return { presenceOf };
    const distribution = distributionOf(parameter.toJSON());
    const text = texts.get(name);
    return text !== undefined && haveSameChoices(parseDistribution(text), distribution)
      ? { name, distribution, text }
      : { name, distribution };
  });
  return grown.some((column) => 'presenceOf' in column || column.text !== undefined) ? grown : undefined;
}

function haveSameChoices(a: Distribution, b: Distribution): boolean {
  if (a.kind !== 'categorical' || b.kind !== 'categorical') return false;
  const isIn = (choice: PythonJson, other: Distribution): boolean => !Number.isNaN(internalOf(other, choice));
  return (
    a.choices.length === b.choices.length &&
    a.choices.every((choice) => isIn(choice, b)) &&
    b.choices.every((choice) => isIn(choice, a))
  );
}

function nameOf(leaves: SearchSpace['leaves'], leaf: number): string {
  return (leaves[leaf] as SearchSpace['leaves'][number]).name;
}
