import type { Distribution } from './distribution.ts';

/** A parameter that only some trials have, by what decides that. */
export type Presence =
  /** Every trial has it; or all from some trial on, or up to it: the program changed. */
  | { readonly kind: 'always' }
  /** Another parameter decides: these indices of its choices. */
  | { readonly kind: 'choices'; readonly parent: string; readonly indices: readonly number[] }
  /** Another parameter decides: whole numbers in this range, open where a bound is missing. */
  | { readonly kind: 'range'; readonly parent: string; readonly min?: number; readonly max?: number }
  /** Nothing that can be seen. */
  | { readonly kind: 'unknown' };

/** What trials had, by parameter: their numbers, NaN where they lacked it. The trials are those that ran to their end. */
export interface Columns {
  /** In an order in which a program that asks for one parameter after the other may have asked for them. */
  readonly names: readonly string[];
  distribution(name: string): Distribution;
  column(name: string): Float64Array;
}

/**
 * Why only some trials have the parameter `name`. Programs that ask for their parameters while running do not say; but an
 * earlier parameter whose values separate the trials that have it from those that lack it is almost surely the
 * reason (`if optimizer == 'adam'`, `for i in range(n_layers)`). Of several the nearest before it is taken, categories first.
 */
export function presenceOf(name: string, columns: Columns): Presence {
  const isThere = Array.from(columns.column(name), (x) => !Number.isNaN(x));
  if (!isThere.includes(false) || !isThere.includes(true)) return { kind: 'always' };
  const earlier = columns.names.slice(0, columns.names.indexOf(name)).toReversed();
  for (const parent of earlier) {
    if (columns.distribution(parent).kind !== 'categorical') continue;
    const indices = decidingChoices(columns.column(parent), isThere);
    if (indices !== undefined) return { kind: 'choices', parent, indices };
  }
  for (const parent of earlier) {
    const distribution = columns.distribution(parent);
    if (distribution.kind !== 'int' || !Number.isSafeInteger(distribution.high)) continue;
    const range = decidingRange(columns.column(parent), isThere);
    if (range !== undefined) return { kind: 'range', parent, ...range };
  }
  const changes = isThere.filter((there, i) => i > 0 && there !== isThere[i - 1]).length;
  return { kind: changes === 1 ? 'always' : 'unknown' };
}

/** The choices with which it is there, if it never is with the others, and some others were tried. */
function decidingChoices(parent: Float64Array, isThere: readonly boolean[]): number[] | undefined {
  const verdicts = new Map<number, boolean>();
  for (const [trial, there] of isThere.entries()) {
    const x = parent[trial] as number;
    if (Number.isNaN(x) ? there : (verdicts.get(x) ?? there) !== there) return undefined;
    if (!Number.isNaN(x)) verdicts.set(x, there);
  }
  const indices = [...verdicts].filter(([, there]) => there).map(([index]) => index);
  return indices.length < verdicts.size ? indices : undefined;
}

/** The range of whole numbers with which it is there, if it never is with one inside, and some outside were tried. */
function decidingRange(
  parent: Float64Array,
  isThere: readonly boolean[],
): { min?: number; max?: number } | undefined {
  const having = parent.filter((_, trial) => isThere[trial]);
  const lacking = parent.filter((x, trial) => isThere[trial] !== true && !Number.isNaN(x));
  if (having.some(Number.isNaN)) return undefined;
  const [min, max] = [Math.min(...having), Math.max(...having)];
  if (lacking.length === 0 || lacking.some((x) => x >= min && x <= max)) return undefined;
  return {
    ...(lacking.some((x) => x < min) ? { min } : {}),
    ...(lacking.some((x) => x > max) ? { max } : {}),
  };
}
