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

/** What trials had, by parameter: their numbers, NaN where they lacked it. */
export interface Columns {
  /** In an order in which a program that asks for one parameter after the other may have asked for them. */
  readonly names: readonly string[];
  /** By trial: whether it ran to its end, so that it has all that it ever would have had. */
  readonly isWhole: readonly boolean[];
  distribution(name: string): Distribution;
  column(name: string): Float64Array;
}

/**
 * Why only some trials have the parameter `name`. Programs that ask for their parameters while running do not say; but an
 * earlier parameter whose values separate the trials that have it from those that lack it is almost surely the
 * reason (`if optimizer == 'adam'`, `for i in range(n_layers)`). Where several do, by chance, the one is taken that every
 * trial has, then that with the fewest values, which separates least easily by chance, then the nearest.
 */
export function presenceOf(name: string, columns: Columns): Presence {
  const own = columns.column(name);
  const judged = [...own.keys()].filter(
    (trial) => columns.isWhole[trial] === true || !Number.isNaN(own[trial]),
  );
  const columnOf = (other: string): Float64Array => {
    const column = columns.column(other);
    return Float64Array.from(judged, (trial) => column[trial] as number);
  };
  const isThere = Array.from(columnOf(name), (x) => !Number.isNaN(x));
  if (!isThere.includes(false) || !isThere.includes(true)) return { kind: 'always' };
  for (const parent of candidatesFor(name, columns, columnOf)) {
    const isCategorical = columns.distribution(parent).kind === 'categorical';
    const indices = isCategorical ? decidingChoices(columnOf(parent), isThere) : undefined;
    if (indices !== undefined) return { kind: 'choices', parent, indices };
    const range = isCategorical ? undefined : decidingRange(columnOf(parent), isThere);
    if (range !== undefined) return { kind: 'range', parent, ...range };
  }
  const changes = isThere.filter((there, i) => i > 0 && there !== isThere[i - 1]).length;
  return { kind: changes === 1 ? 'always' : 'unknown' };
}

/** The earlier parameters with countable values, the likeliest reason first. */
function candidatesFor(name: string, columns: Columns, columnOf: (name: string) => Float64Array): string[] {
  const earlier = columns.names.slice(0, columns.names.indexOf(name)).toReversed();
  const ranked = earlier.flatMap((parent) => {
    const size = sizeOf(columns.distribution(parent));
    const isConditional = Number(columnOf(parent).some(Number.isNaN));
    return size < Infinity ? [{ parent, size, isConditional }] : [];
  });
  return ranked
    .toSorted((a, b) => a.isConditional - b.isConditional || a.size - b.size)
    .map(({ parent }) => parent);
}

/** How many values there are; infinite also for whole numbers beyond 2^53. */
function sizeOf(distribution: Distribution): number {
  if (distribution.kind === 'categorical') return distribution.choices.length;
  const { kind, low, high, step } = distribution;
  return kind === 'int' && Number.isSafeInteger(high) ? (high - low) / step + 1 : Infinity;
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
