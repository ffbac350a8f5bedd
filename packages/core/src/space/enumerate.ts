import { isActive, type Leaf } from './leaf.ts';
import type { SearchSpace } from './search-space.ts';

/** The values that an enumeration takes of one leaf, in number encoding, by position. */
export interface Axis {
  /** How many; at least 1. */
  readonly size: number;
  /** The number at a position, 0 .. size-1. */
  at(position: number): number;
  /** The position of a number, or -1. */
  positionOf(x: number): number;
}

/** The configurations of a space as one list with random access; see {@link enumerateSpace}. */
export interface Enumeration {
  /** How many configurations; may exceed 2^53, where `rowAt` is no longer exact. `where` is not considered. */
  readonly size: number;
  /** The row at `index`, a whole number from 0 to size-1. Later leaves vary faster; a conditional leaf varies with its parent. */
  rowAt(index: number): Float64Array;
  /** The index of a row, or -1 when it is not among the configurations. */
  indexOf(row: Float64Array): number;
}

/**
 * All configurations of a space, with only the leaves that are active in each, counted without visiting them.
 *
 * @param space any space.
 * @param axisOf the values of each leaf; by default all of them, which needs a finite space.
 */
export function enumerateSpace(space: SearchSpace, axisOf: (leaf: Leaf) => Axis = allValues): Enumeration {
  const nodes: Node[] = space.leaves.map((leaf) => ({
    leaf,
    axis: axisOf(leaf),
    children: [],
    size: 0,
    starts: undefined,
  }));
  const roots: Node[] = [];
  for (const node of nodes) {
    const parent = node.leaf.condition?.parent;
    (parent === undefined ? roots : (nodes[parent] as Node).children).push(node);
  }
  // Children stand after their parents, so backwards every child is counted before its parent.
  for (const node of nodes.toReversed()) count(node);
  const size = product(roots);

  return {
    size,
    rowAt(index) {
      const row = new Float64Array(nodes.length).fill(Number.NaN);
      write(roots, index, row);
      return row;
    },
    indexOf(row) {
      const index = read(roots, row);
      // An inactive leaf must hold NaN: otherwise two rows would share an index.
      return index === -1 || nodes.every(({ leaf }) => isActive(leaf, row) !== Number.isNaN(row[leaf.index]))
        ? index
        : -1;
    },
  };
}

/** Every configuration of a finite space, as rows, in the order of {@link enumerateSpace}; `where` is not considered. */
export function* enumerateRows(space: SearchSpace): Generator<Float64Array> {
  const configurations = enumerateSpace(space);
  for (let index = 0; index < configurations.size; index++) yield configurations.rowAt(index);
}

/** All values of a leaf with a finite domain. */
export function allValues({ name, parameter }: Leaf): Axis {
  const size = parameter.cardinality;
  if (size === Infinity) throw new RangeError(`${name} has infinitely many values`);
  if (parameter.kind === 'categorical') {
    return { size, at: (k) => k, positionOf: (x) => (Number.isInteger(x) && x >= 0 && x < size ? x : -1) };
  }
  const low = parameter.fromUnit(0);
  const step = (parameter.fromUnit(1) - low) / (size - 1);
  const at =
    parameter.kind === 'int'
      ? (k: number) => low + k * step
      : (k: number) => parameter.fromUnit((k + 0.5) / size);
  return {
    size,
    at,
    positionOf: (x) => {
      const k = Math.round((x - low) / step);
      return k >= 0 && k < size && at(k) === x ? k : -1;
    },
  };
}

/** The given values of a leaf, in number encoding; no two alike. */
export function listedValues(numbers: readonly number[]): Axis {
  const positions = new Map(numbers.map((x, position) => [x, position]));
  return { size: numbers.length, at: (k) => numbers[k] as number, positionOf: (x) => positions.get(x) ?? -1 };
}

interface Node {
  readonly leaf: Leaf;
  readonly axis: Axis;
  readonly children: Node[];
  /** Configurations of the leaf together with its descendants. */
  size: number;
  /** With children: the index of the first configuration of each value, and `size` at the end. */
  starts: Float64Array | undefined;
}

function product(nodes: readonly Node[]): number {
  return nodes.reduce((size, node) => size * node.size, 1);
}

function activeChildren(node: Node, x: number): Node[] {
  return node.children.filter(
    ({ leaf }) => x >= (leaf.condition?.low as number) && x <= (leaf.condition?.high as number),
  );
}

function count(node: Node): void {
  const { axis, children } = node;
  node.size = axis.size;
  if (children.length === 0) return;
  const starts = new Float64Array(axis.size + 1);
  for (let k = 0; k < axis.size; k++)
    starts[k + 1] = (starts[k] as number) + product(activeChildren(node, axis.at(k)));
  node.starts = starts;
  node.size = starts[axis.size] as number;
}

/** Writes combination `index` of independent nodes: its digits in mixed radix, the last node least significant. */
function write(nodes: readonly Node[], index: number, row: Float64Array): void {
  let rest = index;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as Node;
    const digit = rest % node.size;
    rest = Math.floor(rest / node.size);
    const { leaf, axis, starts } = node;
    let position = digit;
    if (starts !== undefined) {
      position = 0;
      while ((starts[position + 1] as number) <= digit) position++;
    }
    const x = axis.at(position);
    row[leaf.index] = x;
    if (starts !== undefined) write(activeChildren(node, x), digit - (starts[position] as number), row);
  }
}

/** The inverse of {@link write}, or -1. */
function read(nodes: readonly Node[], row: Float64Array): number {
  let index = 0;
  for (const node of nodes) {
    const x = row[node.leaf.index] as number;
    const position = node.axis.positionOf(x);
    if (position === -1) return -1;
    let digit = position;
    if (node.starts !== undefined) {
      const below = read(activeChildren(node, x), row);
      if (below === -1) return -1;
      digit = (node.starts[position] as number) + below;
    }
    index = index * node.size + digit;
  }
  return index;
}
