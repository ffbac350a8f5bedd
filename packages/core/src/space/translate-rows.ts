import { spaceFromJSON } from './from-json.ts';
import type { SearchSpace } from './search-space.ts';
import { mapValues, type NodeJSON, type SpaceJSON } from './to-json.ts';
import { compile, type Plan } from './plan.ts';

/**
 * How a row of one space reads in another: the same values under the same names. NaN where the value is not in the domain
 * of the other space, or the name unknown to the first.
 *
 * @param from the space of the rows, as plain data; constraints (`where`) are not needed and not considered.
 * @param to the space of the result.
 * @returns a function from a row to a new row.
 */
export function translateRows(from: SpaceJSON, to: SpaceJSON): (row: Float64Array) => Float64Array {
  const target = withoutConstraints(to);
  const readers = readersOf(withoutConstraints(from));
  const leaves = target.leaves.map(({ name, parameter }) => ({ parameter, read: readers.get(name) }));
  return (row) =>
    Float64Array.from(leaves, ({ parameter, read }) => {
      const value = read?.(row);
      return value === undefined ? Number.NaN : parameter.encode(value);
    });
}

/** The space that `json` describes, its constraints left out. */
export function withoutConstraints(json: SpaceJSON): SearchSpace {
  return spaceFromJSON(strip(json) as SpaceJSON);
}

function strip(json: NodeJSON): NodeJSON {
  switch (json.kind) {
    case 'space':
      return { kind: 'space', shape: mapValues(json.shape, strip) };
    case 'choice':
      return { ...json, branches: mapValues(json.branches, strip) };
    case 'list':
      return { ...json, item: strip(json.item) };
    case 'when':
      return { ...json, node: strip(json.node) };
    default:
      return json;
  }
}

type Reader = (row: Float64Array) => unknown;

/** By name: what reads the value from a row, undefined where it has none. Also of what has a single value and so no leaf. */
function readersOf(space: SearchSpace): Map<string, Reader> {
  const readers = new Map<string, Reader>();
  const walk = (plan: Plan, path: string): void => {
    const prefix = path === '' ? '' : `${path}.`;
    if (plan.type === 'fixed') readers.set(path, () => plan.parameter.decode(plan.parameter.fromUnit(0.5)));
    else if (plan.type === 'group')
      for (const [i, name] of plan.names.entries()) walk(plan.members[i] as Plan, `${prefix}${name}`);
    else if (plan.type === 'choice') {
      if (plan.leaf === -1) readers.set(path, () => plan.names[0]);
      for (const [i, name] of plan.names.entries()) walk(plan.branches[i] as Plan, `${prefix}${name}`);
    } else if (plan.type === 'list') {
      if (plan.leaf === -1) readers.set(`${prefix}length`, () => plan.minLength);
      for (const [i, item] of plan.items.entries()) walk(item, `${prefix}${i}`);
    } else if (plan.type === 'when') walk(plan.member, path);
  };
  walk(compile(space.shape, []).plan, '');
  for (const { index, name, parameter } of space.leaves) {
    readers.set(name, (row) => {
      const x = row[index] as number;
      return Number.isNaN(x) ? undefined : parameter.decode(x);
    });
  }
  return readers;
}
