import type { Hyperparameter, HyperparameterJSON } from '../hyperparameter/hyperparameter.ts';
import type { JsonValue } from '../json.ts';
import type { Choice, List, Shape, SpaceNode, When } from './node.ts';
import type { SearchSpace } from './search-space.ts';

/** A space as plain data. */
export interface SpaceJSON {
  /** A space, the outermost or a nested one. */
  kind: 'space';
  /** What stands under each name. */
  shape: { [name: string]: NodeJSON };
  /** How many `where` constraints the space has; the functions themselves are not kept. */
  where?: number;
}

/** Anything that may stand under a name, as plain data. */
export type NodeJSON =
  | SpaceJSON
  | HyperparameterJSON
  | {
      /** Alternatives of which one is active at a time. */
      kind: 'choice';
      /** What each alternative holds, by its name. */
      branches: { [name: string]: NodeJSON };
      /** The branch one would use without tuning, if declared. */
      default?: string;
    }
  | {
      /** A variable number of like items. */
      kind: 'list';
      /** What each item is. */
      item: NodeJSON;
      /** Fewest items, at least 0. */
      min: number;
      /** Most items. */
      max: number;
      /** The length one would use without tuning, if declared. */
      default?: number;
    }
  | {
      /** Something that is there only for some values of another parameter. */
      kind: 'when';
      /** The parameter on which it depends. */
      parent: string;
      /** The values for which it is there, unless a range is given. */
      values?: readonly JsonValue[];
      /** The smallest value for which it is there. */
      min?: number;
      /** The largest value for which it is there. */
      max?: number;
      /** What is there. */
      node: NodeJSON;
    };

/** The plain data of a node. */
export function nodeToJSON(node: SpaceNode): NodeJSON {
  const kind = (node as { kind?: unknown }).kind;
  if (kind === 'space') {
    const { shape, where } = node as SearchSpace;
    return {
      kind: 'space',
      shape: mapValues(shape, nodeToJSON),
      ...(where.length > 0 ? { where: where.length } : {}),
    };
  }
  if (kind === 'choice') {
    const { branches, defaultBranch } = node as Choice;
    return {
      kind: 'choice',
      branches: mapValues(branches, nodeToJSON),
      ...(defaultBranch === undefined ? {} : { default: defaultBranch }),
    };
  }
  if (kind === 'list') {
    const { item, minLength, maxLength, defaultLength } = node as List;
    return {
      kind: 'list',
      item: nodeToJSON(item),
      min: minLength,
      max: maxLength,
      ...(defaultLength === undefined ? {} : { default: defaultLength }),
    };
  }
  if (kind === 'when') return { ...(node as When), node: nodeToJSON((node as When).node) };
  if (typeof kind === 'string') return (node as Hyperparameter).toJSON();
  return { kind: 'space', shape: mapValues(node as Shape, nodeToJSON) };
}

/** An object with the same names, each value replaced by `f` of it. */
export function mapValues<A, B>(
  object: { readonly [name: string]: A },
  f: (value: A) => B,
): { [name: string]: B } {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, f(value)]));
}
