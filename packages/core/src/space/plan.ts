import { InvalidSpaceError } from '../errors.ts';
import { categorical } from '../hyperparameter/categorical.ts';
import type { Hyperparameter } from '../hyperparameter/hyperparameter.ts';
import { int } from '../hyperparameter/int.ts';
import { show } from '../json.ts';
import type { Condition, Leaf } from './leaf.ts';
import type { Choice, List, Shape, SpaceNode, When, Where } from './node.ts';
import type { SearchSpace } from './search-space.ts';
import { numbersOf } from './when.ts';

/**
 * How to turn a row of numbers into a configuration and back: the tree of a space with every varying place
 * replaced by the index of its leaf. Compiled once per space.
 */
export type Plan = FixedPlan | LeafPlan | GroupPlan | ChoicePlan | ListPlan | WhenPlan;

/** A hyperparameter with a single value: no leaf. */
interface FixedPlan {
  readonly type: 'fixed';
  readonly parameter: Hyperparameter;
}

/** A hyperparameter that varies. */
export interface LeafPlan {
  readonly type: 'leaf';
  readonly leaf: number;
  readonly parameter: Hyperparameter;
}

/** A nested space: names in order, and its own constraints. */
export interface GroupPlan {
  readonly type: 'group';
  readonly names: readonly string[];
  readonly members: readonly Plan[];
  readonly where: readonly Where[];
}

/** A choice; `leaf` is -1 when there is one branch only. */
export interface ChoicePlan {
  readonly type: 'choice';
  readonly leaf: number;
  readonly names: readonly string[];
  readonly branches: readonly GroupPlan[];
  readonly defaultBranch: string | undefined;
}

/** A list; `leaf` is -1 when the length is fixed. */
export interface ListPlan {
  readonly type: 'list';
  readonly leaf: number;
  readonly minLength: number;
  readonly items: readonly Plan[];
  readonly defaultLength: number | undefined;
}

/** Something that is there while the number of the leaf `parent` is in `low..high`. */
export interface WhenPlan extends Condition {
  readonly type: 'when';
  readonly member: Exclude<Plan, WhenPlan>;
}

/** Compiles a shape; returns the plan and the leaves, parents before children. */
export function compile(shape: Shape, where: readonly Where[]): { plan: GroupPlan; leaves: readonly Leaf[] } {
  const compiler = new Compiler();
  return { plan: compiler.group(shape, where, '', undefined), leaves: compiler.leaves };
}

class Compiler {
  readonly leaves: Leaf[] = [];
  readonly #names = new Set<string>();
  readonly #groups = new Map<string, number>([['', 0]]);

  group(shape: Shape, where: readonly Where[], path: string, condition: Condition | undefined): GroupPlan {
    if (typeof shape !== 'object' || shape === null || Array.isArray(shape)) {
      throw new InvalidSpaceError(
        `${path || 'space'}: expected an object of named hyperparameters, not ${show(shape)}`,
      );
    }
    const names = Object.keys(shape);
    const members: Plan[] = [];
    for (const name of names) {
      if (name === '') throw new InvalidSpaceError(`${path || 'space'}: a hyperparameter has an empty name`);
      const node = shape[name] as SpaceNode;
      const inside = path === '' ? name : `${path}.${name}`;
      members.push(
        isWhen(node)
          ? this.#when(node, inside, members[names.indexOf(node.parent)])
          : this.#node(node, inside, condition),
      );
    }
    return { type: 'group', names, members, where };
  }

  #when(node: When, path: string, parent: Plan | undefined): WhenPlan {
    const decisive = parent?.type === 'when' ? parent.member : parent;
    if (decisive === undefined || !('leaf' in decisive) || decisive.leaf === -1 || decisive.type === 'list') {
      throw new InvalidSpaceError(
        `${path}: it depends on '${node.parent}', and there is no parameter of that name with several values before it`,
      );
    }
    const { leaf } = decisive;
    const condition = { parent: leaf, ...numbersOf(path, node, (this.leaves[leaf] as Leaf).parameter) };
    return { type: 'when', ...condition, member: this.#node(node.node, path, condition) };
  }

  #node(node: SpaceNode, path: string, condition: Condition | undefined): Exclude<Plan, WhenPlan> {
    if (isWhen(node)) {
      throw new InvalidSpaceError(`${path}: when(...) must stand under a name of its own in a space`);
    }
    if (isSpace(node)) return this.group(node.shape, node.where, path, condition);
    if (isHyperparameter(node)) return this.#parameter(node, path, condition);
    if (isChoice(node)) return this.#choice(node, path, condition);
    if (isList(node)) return this.#list(node, path, condition);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) {
      throw new InvalidSpaceError(
        `${path}: expected a hyperparameter such as float(0, 1), a choice, a list or a nested space, not ${show(node)}; wrap a fixed value in constant()`,
      );
    }
    return this.group(node, [], path, condition);
  }

  #parameter(
    parameter: Hyperparameter,
    path: string,
    condition: Condition | undefined,
  ): FixedPlan | LeafPlan {
    if (parameter.cardinality === 1) {
      this.#claim(path);
      return { type: 'fixed', parameter };
    }
    return { type: 'leaf', leaf: this.#leaf(path, parameter, condition), parameter };
  }

  #choice(node: Choice, path: string, condition: Condition | undefined): ChoicePlan {
    const names = Object.keys(node.branches);
    const leaf =
      names.length === 1
        ? -1
        : this.#leaf(
            path,
            categorical(names, node.defaultBranch === undefined ? {} : { default: node.defaultBranch }),
            condition,
          );
    const branches = names.map((name, index) => {
      const branch = node.branches[name] as SpaceNode;
      const inner = leaf === -1 ? condition : { parent: leaf, low: index, high: index };
      const plan = this.#node(branch, `${path}.${name}`, inner);
      if (plan.type !== 'group') {
        throw new InvalidSpaceError(
          `${path}.${name}: a branch holds named parameters, as in { ${name}: { x: float(0, 1) } }`,
        );
      }
      if (plan.names.includes('type')) {
        throw new InvalidSpaceError(
          `${path}.${name}: 'type' is taken by the name of the branch; rename that parameter`,
        );
      }
      return plan;
    });
    return { type: 'choice', leaf, names, branches, defaultBranch: node.defaultBranch };
  }

  #list(node: List, path: string, condition: Condition | undefined): ListPlan {
    const { minLength, maxLength, defaultLength } = node;
    const length = int(minLength, maxLength, defaultLength === undefined ? {} : { default: defaultLength });
    const leaf = minLength === maxLength ? -1 : this.#leaf(`${path}.length`, length, condition);
    const items = Array.from({ length: maxLength }, (_, i) => {
      const inner = i < minLength ? condition : { parent: leaf, low: i + 1, high: maxLength };
      return this.#node(node.item, `${path}.${i}`, inner);
    });
    return { type: 'list', leaf, minLength, items, defaultLength };
  }

  #leaf(name: string, parameter: Hyperparameter, condition: Condition | undefined): number {
    this.#claim(name);
    const key = condition === undefined ? '' : `${condition.parent}:${condition.low}:${condition.high}`;
    const group = this.#groups.get(key) ?? this.#groups.size;
    this.#groups.set(key, group);
    const index = this.leaves.length;
    this.leaves.push({ index, name, parameter, group, ...(condition === undefined ? {} : { condition }) });
    return index;
  }

  #claim(name: string): void {
    if (this.#names.has(name)) {
      throw new InvalidSpaceError(`two hyperparameters are named '${name}'; rename one of them`);
    }
    this.#names.add(name);
  }
}

/** Told apart from a nested shape with a parameter called `kind` by the type of that member. */
const kindOf = (node: unknown): unknown =>
  typeof node === 'object' && node !== null ? (node as { kind?: unknown }).kind : undefined;

function isSpace(node: SpaceNode): node is SearchSpace {
  return kindOf(node) === 'space';
}

function isHyperparameter(node: SpaceNode): node is Hyperparameter {
  return typeof kindOf(node) === 'string' && typeof (node as Partial<Hyperparameter>).fromUnit === 'function';
}

function isChoice(node: SpaceNode): node is Choice {
  return kindOf(node) === 'choice';
}

function isWhen(node: SpaceNode): node is When {
  return kindOf(node) === 'when';
}

function isList(node: SpaceNode): node is List {
  return kindOf(node) === 'list';
}
