import { InvalidSpaceError } from '../errors.ts';
import { frozenCopy, isJsonValue, show, type JsonValue } from '../json.ts';
import { checkOptions } from '../options.ts';
import { encodeDefault } from './encode-default.ts';
import type { Hyperparameter, HyperparameterJSON } from './hyperparameter.ts';

/** Options of {@link categorical}. */
export interface CategoricalOptions<T> {
  /** Whether the choices are listed in a meaningful order (small, medium, large). Default false. */
  ordered?: boolean;
  /** The choice one would use without tuning. */
  default?: T;
}

/**
 * One of a list of choices: strings, numbers, booleans, null, or arrays and plain objects of these.
 *
 * @param choices at least one, no two alike (compared as JSON).
 * @param options `ordered` and `default`.
 * @throws {InvalidSpaceError} no choice, duplicate choices, a choice that JSON cannot hold.
 * @example categorical(['relu', 'tanh'])
 * @example categorical([32, 64, 128], { ordered: true, default: 64 })
 */
export function categorical<const C extends readonly JsonValue[]>(
  choices: C,
  options: CategoricalOptions<C[number]> = {},
): Hyperparameter<C[number]> {
  return new Categorical<C[number]>(choices, options);
}

/**
 * True or false.
 *
 * @param options `default`.
 */
export function boolean(options: { default?: boolean } = {}): Hyperparameter<boolean> {
  return new Categorical<boolean>([false, true], options);
}

class Categorical<T extends JsonValue> implements Hyperparameter<T> {
  readonly kind = 'categorical';
  readonly isNominal: boolean;
  readonly cardinality: number;
  readonly defaultNumber: number;
  readonly #choices: readonly T[];
  readonly #indices: Map<unknown, number>;

  constructor(choices: readonly T[], options: CategoricalOptions<T>) {
    const name = 'categorical';
    checkOptions(name, options, ['ordered', 'default'], (m) => new InvalidSpaceError(m));
    if (!Array.isArray(choices) || choices.length === 0) {
      throw new InvalidSpaceError(`${name}: expected a list of at least one choice, not ${show(choices)}`);
    }
    this.#indices = new Map();
    for (const [index, choice] of choices.entries()) {
      if (!isJsonValue(choice)) {
        throw new InvalidSpaceError(
          `${name}: the choice ${show(choice)} cannot be saved as JSON; use its name here and look it up in the objective`,
        );
      }
      const key = keyOf(choice);
      if (this.#indices.has(key))
        throw new InvalidSpaceError(`${name}: the choice ${show(choice)} is listed twice`);
      this.#indices.set(key, index);
    }
    // A frozen copy, so that nobody who is given a choice can change the space.
    this.#choices = frozenCopy(choices);
    this.isNominal = options.ordered !== true;
    this.cardinality = this.#choices.length;
    this.defaultNumber = encodeDefault(name, this, options.default);
  }

  encode(value: unknown): number {
    return this.#indices.get(keyOf(value)) ?? Number.NaN;
  }

  decode(x: number): T {
    return this.#choices[x] as T;
  }

  toUnit(x: number): number {
    return this.isNominal ? x : (x + 0.5) / this.cardinality;
  }

  fromUnit(u: number): number {
    const index = this.isNominal ? Math.round(u) : Math.floor(u * this.cardinality);
    return Math.min(this.cardinality - 1, Math.max(0, index));
  }

  unitCellStart(x: number): number {
    return x / this.cardinality;
  }

  unitCellEnd(x: number): number {
    return (x + 1) / this.cardinality;
  }

  describe(): string {
    return `one of ${this.#choices.map(show).join(', ')}`;
  }

  toJSON(): HyperparameterJSON {
    return {
      kind: 'categorical',
      choices: this.#choices,
      ...(this.isNominal ? {} : { ordered: true as const }),
      ...(Number.isNaN(this.defaultNumber) ? {} : { default: this.decode(this.defaultNumber) }),
    };
  }
}

/** Choices are compared by value: arrays and objects by their JSON text; the prefixes keep text and JSON apart. */
function keyOf(value: unknown): unknown {
  if (typeof value === 'string') return `s${value}`;
  return typeof value === 'object' && value !== null && isJsonValue(value)
    ? `j${JSON.stringify(value)}`
    : value;
}
