import type { Leaf, NodeJSON, SearchSpace } from '@tunable/core';

import { distributionOf, type Distribution } from './distribution.ts';

/** A parameter with a single value: no leaf of the space, but a parameter to Optuna, as it was a knob that nobody turned. */
export interface FixedParameter {
  readonly name: string;
  readonly distribution: Distribution;
  /** Optuna's number for the value. */
  readonly internal: number;
  /** When it is active; always, if absent. */
  readonly condition?: Condition;
}

type Condition = NonNullable<Leaf['condition']>;

/** The parameters of a space that have a single value: constants, empty ranges, and choices of one branch. */
export function fixedParameters(space: SearchSpace): FixedParameter[] {
  const indices = new Map(space.leaves.map(({ name, index }) => [name, index]));
  const found: FixedParameter[] = [];

  const add = (name: string, distribution: Distribution, condition: Condition | undefined): void => {
    const internal = distribution.kind === 'categorical' ? 0 : distribution.low;
    found.push({ name, distribution, internal, ...(condition === undefined ? {} : { condition }) });
  };

  const visit = (node: NodeJSON, path: string, condition: Condition | undefined): void => {
    const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
    switch (node.kind) {
      case 'space':
        for (const [name, member] of Object.entries(node.shape)) visit(member, inside(name), condition);
        return;
      case 'choice': {
        const names = Object.keys(node.branches);
        const parent = indices.get(path);
        if (parent === undefined) add(path, { kind: 'categorical', choices: names }, condition);
        for (const [i, name] of names.entries()) {
          const inner = parent === undefined ? condition : { parent, low: i, high: i };
          visit(node.branches[name] as NodeJSON, inside(name), inner);
        }
        return;
      }
      case 'list': {
        const parent = indices.get(inside('length'));
        for (let i = 0; i < node.max; i++) {
          const isOptional = parent !== undefined && i >= node.min;
          visit(
            node.item,
            inside(String(i)),
            isOptional ? { parent, low: i + 1, high: node.max } : condition,
          );
        }
        return;
      }
      case 'when': {
        const siblings = path.slice(0, path.lastIndexOf('.') + 1);
        const parent = indices.get(siblings + node.parent) as number;
        const numbers = node.values?.map((value) => (space.leaves[parent] as Leaf).parameter.encode(value));
        visit(node.node, path, {
          parent,
          low: numbers === undefined ? (node.min ?? -Infinity) : Math.min(...numbers),
          high: numbers === undefined ? (node.max ?? Infinity) : Math.max(...numbers),
        });
        return;
      }
      default:
        if (!indices.has(path)) add(path, distributionOf(node), condition);
    }
  };
  visit(space.toJSON(), '', undefined);
  return found;
}
