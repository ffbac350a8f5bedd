import type { JsonValue } from '../json.ts';

/** How the values of a numeric hyperparameter are spread over its encoding: evenly, or evenly in the logarithm. */
export type Scale = 'linear' | 'log';

/** The kinds of single hyperparameters; `boolean` is a categorical of `false` and `true`. */
export type HyperparameterKind = 'float' | 'int' | 'categorical' | 'constant';

/**
 * One knob: a domain of values of type `T`, and two encodings of it that optimizers compute with.
 *
 * - *number*: the value itself, or the index of a category. It is exact: `decode(encode(v))` gives `v` back.
 * - *unit*: for ordered domains a number in [0, 1], the logarithm taken first on a log scale; a domain of `n` values
 *   is cut into `n` cells and a value is encoded as the centre of its cell. For unordered (nominal) categories
 *   the unit encoding is the index again.
 */
export interface Hyperparameter<T = unknown> {
  /** The function that made it: `float`, `int`, ... A `boolean` is a categorical. */
  readonly kind: HyperparameterKind;

  /** How many distinct values there are; `Infinity` for a continuous range, 1 when there is nothing to search. */
  readonly cardinality: number;

  /** Whether the values have no order: categories that were not declared `ordered`. */
  readonly isNominal: boolean;

  /** The default value as a number, or NaN when none was declared. */
  readonly defaultNumber: number;

  /** The number of `value`, or NaN when `value` is not in the domain. Accepts anything. */
  encode(value: unknown): number;

  /** The value of a number made by `encode` or `fromUnit`. */
  decode(x: number): T;

  /** The unit encoding of a number: [0, 1], or the index of a nominal category. */
  toUnit(x: number): number;

  /** The number whose unit encoding is nearest to `u`; `u` outside [0, 1] is clamped. */
  fromUnit(u: number): number;

  /**
   * Where the cell of the number `x` begins, in unit encoding; `unitCellEnd` is where it ends. The cell is empty
   * (both are `toUnit(x)`) for continuous domains, and meaningless for nominal ones.
   */
  unitCellStart(x: number): number;

  /** Where the cell of `x` ends, in unit encoding; see {@link unitCellStart}. */
  unitCellEnd(x: number): number;

  /** The domain in words, for messages: "a number from 0.0001 to 0.1 (log scale)". */
  describe(): string;

  /** The declaration as plain data; `hyperparameterFromJSON` makes it whole again. */
  toJSON(): HyperparameterJSON;
}

/** What {@link Hyperparameter.toJSON} returns. */
export type HyperparameterJSON =
  | {
      /** A range of real or of whole numbers. */
      kind: 'float' | 'int';
      /** The smallest value, included. */
      low: number;
      /** The largest value, included; at least `low`. */
      high: number;
      /** Present if the logarithm is searched evenly, rather than the value. */
      scale?: 'log';
      /** The distance of neighbouring values, counted from `low`. Absent: any real number, or every whole one. */
      step?: number;
      /** The value one would use without tuning, if declared. */
      default?: number;
    }
  | {
      /** One of several values; a `boolean` too. */
      kind: 'categorical';
      /** The values, in the order of their indices. */
      choices: readonly JsonValue[];
      /** Present if that order means something, so that neighbours are alike. */
      ordered?: true;
      /** The choice one would use without tuning, if declared. */
      default?: JsonValue;
    }
  | {
      /** A single value, not searched. */
      kind: 'constant';
      /** What every configuration holds under this name. */
      value: JsonValue;
    };
