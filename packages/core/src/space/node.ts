import type { Hyperparameter } from '../hyperparameter/hyperparameter.ts';
import type { JsonValue } from '../json.ts';
import type { SearchSpace } from './search-space.ts';

/** What may stand under a name in a space: a knob, a choice of branches, a list, a condition, or a nested space. */
export type SpaceNode = Hyperparameter | Choice | List | When | SearchSpace | Shape;

/** Names and what stands under them. A plain object inside another is a nested space. */
export interface Shape {
  readonly [name: string]: SpaceNode;
}

/** Alternatives of which one is active at a time, each with parameters of its own; made by `choice`. */
export interface Choice<B extends Shape = Shape> {
  /** Tells it from the other kinds of nodes. */
  readonly kind: 'choice';
  /** The branches by name; each is a shape or a space. */
  readonly branches: B;
  /** The branch one would use without tuning, if declared. */
  readonly defaultBranch?: string;
}

/** A variable number of like items; made by `list`. */
export interface List<N extends SpaceNode = SpaceNode> {
  /** Tells it from the other kinds of nodes. */
  readonly kind: 'list';
  /** What each item is; every item has parameters of its own. */
  readonly item: N;
  /** Fewest items, at least 0. */
  readonly minLength: number;
  /** Most items. */
  readonly maxLength: number;
  /** The length one would use without tuning, if declared. */
  readonly defaultLength?: number;
}

/** Something that is there only for some values of another parameter; made by `when`. */
export interface When<N extends SpaceNode = SpaceNode> {
  /** Tells it from the other kinds of nodes. */
  readonly kind: 'when';
  /** The parameter on which it depends: a name beside its own, declared before. */
  readonly parent: string;
  /** The values for which it is there; absent if a range is given. */
  readonly values?: readonly JsonValue[];
  /** Instead of values, the smallest one for which it is there. */
  readonly min?: number;
  /** Instead of values, the largest one for which it is there. */
  readonly max?: number;
  /** What is there. */
  readonly node: N;
}

/**
 * The type of a configuration of a space, a choice, a list or a hyperparameter.
 *
 * @example type Params = Infer<typeof mySpace>; // { learningRate: number; optimizer: { type: 'adam'; ... } | ... }
 */
export type Infer<N> =
  N extends SearchSpace<infer S>
    ? { -readonly [K in keyof S]: Infer<S[K]> }
    : N extends Hyperparameter<infer T>
      ? T
      : N extends Choice<infer B>
        ? { [K in keyof B & string]: InferBranch<K, B[K]> }[keyof B & string]
        : N extends List<infer I>
          ? Infer<I>[]
          : N extends When<infer W>
            ? InferWhen<W>
            : N extends Shape
              ? { -readonly [K in keyof N]: Infer<N[K]> }
              : never;

/** The type of what is there under some condition, else undefined. Of any node at all nothing is known, which ends the recursion. */
export type InferWhen<W> = [SpaceNode] extends [W] ? unknown : Infer<W> | undefined;

/** The type of a configuration whose choice has taken a branch: its name, beside the parameters of the branch. */
export type InferBranch<K, N> = {
  /** The name of the branch. */
  type: K;
} & Infer<N> extends infer Branch
  ? { [P in keyof Branch]: Branch[P] }
  : never;

/**
 * A constraint between parameters that is known before evaluating: true when a configuration is allowed. Must
 * be a pure function of the configuration.
 */
export type Where<P = never> = (params: P) => boolean;
