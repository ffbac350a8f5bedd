import { InvalidSpaceError } from '../errors.ts';
import { frozenCopy, isJsonValue, show, type JsonValue } from '../json.ts';
import type { Hyperparameter, HyperparameterJSON } from './hyperparameter.ts';

/**
 * A value that is not searched but stands in every configuration.
 *
 * @param value anything that JSON can hold.
 * @throws {InvalidSpaceError} a value that JSON cannot hold.
 */
export function constant<const V extends JsonValue>(value: V): Hyperparameter<V> {
  return new Constant(value);
}

class Constant<V extends JsonValue> implements Hyperparameter<V> {
  readonly kind = 'constant';
  readonly cardinality = 1;
  readonly isNominal = true;
  readonly defaultNumber = 0;
  readonly #value: V;
  readonly #text: string;

  constructor(value: V) {
    if (!isJsonValue(value)) {
      throw new InvalidSpaceError(`constant: ${show(value)} cannot be saved as JSON`);
    }
    this.#value = frozenCopy(value);
    this.#text = JSON.stringify(value);
  }

  encode(value: unknown): number {
    return isJsonValue(value) && JSON.stringify(value) === this.#text ? 0 : Number.NaN;
  }

  decode(): V {
    return this.#value;
  }

  toUnit(): number {
    return 0;
  }

  fromUnit(): number {
    return 0;
  }

  unitCellStart(): number {
    return 0;
  }

  unitCellEnd(): number {
    return 0;
  }

  describe(): string {
    return `the constant ${show(this.#value)}`;
  }

  toJSON(): HyperparameterJSON {
    return { kind: 'constant', value: this.#value };
  }
}
