import { hyperparameterFromJSON } from '../hyperparameter/from-json.ts';
import type { HyperparameterJSON } from '../hyperparameter/hyperparameter.ts';
import type { NodeJSON, SpaceJSON } from './to-json.ts';

/**
 * All parameters of a space by the names that leaves have, also those with a single value: a choice is a category of the
 * names of its branches, a list has a whole number `length`.
 */
export function namedParameters(space: SpaceJSON): Map<string, HyperparameterJSON> {
  const found = new Map<string, HyperparameterJSON>();
  const visit = (node: NodeJSON, path: string): void => {
    const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
    switch (node.kind) {
      case 'space':
        for (const [name, member] of Object.entries(node.shape)) visit(member, inside(name));
        return;
      case 'choice':
        found.set(path, { kind: 'categorical', choices: Object.keys(node.branches) });
        for (const [name, branch] of Object.entries(node.branches)) visit(branch, inside(name));
        return;
      case 'list':
        found.set(inside('length'), { kind: 'int', low: node.min, high: node.max });
        for (let i = 0; i < node.max; i++) visit(node.item, inside(String(i)));
        return;
      case 'when':
        visit(node.node, path);
        return;
      default:
        found.set(path, node);
    }
  };
  visit(space, '');
  return found;
}

/** The names of the parameters that two spaces do not have alike. */
export function changedNames(before: SpaceJSON, now: SpaceJSON): string[] {
  const [had, has] = [namedParameters(before), namedParameters(now)];
  const textOf = (json: HyperparameterJSON | undefined): string | undefined => {
    if (json === undefined) return undefined;
    // Single choices are fine in a choice, and in nothing that `categorical` makes.
    return json.kind === 'categorical'
      ? JSON.stringify(json)
      : JSON.stringify(hyperparameterFromJSON(json).toJSON());
  };
  return [...new Set([...had.keys(), ...has.keys()])].filter(
    (name) => textOf(had.get(name)) !== textOf(has.get(name)),
  );
}
