import { InvalidSpaceError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { show } from '../json.ts';
import { checkBounds, checkStep } from './float.ts';
import { encodeDefault } from './encode-default.ts';
import type { Hyperparameter, HyperparameterJSON, Scale } from './hyperparameter.ts';

/** Options of {@link int}. */
export interface IntOptions {
  /** `'log'` spreads the search evenly over magnitudes; needs `low >= 1`. Default `'linear'`. */
  scale?: Scale;
  /** Only `low, low + step, ..., high` are values. A whole number; default 1. Not with `scale: 'log'`. */
  step?: number;
  /** The setting one would use without tuning. */
  default?: number;
}

/**
 * A whole number from `low` to `high`, both included.
 *
 * @param low the smallest value; a safe integer.
 * @param high the largest value; a safe integer, not below `low`.
 * @param options scale, step and default.
 * @throws {InvalidSpaceError} bounds that are reversed or not whole, a log scale with `low < 1`, a step that does not fit.
 * @example int(16, 1024, { scale: 'log' })
 */
export function int(low: number, high: number, options: IntOptions = {}): Hyperparameter<number> {
  return new Int(low, high, options);
}

class Int implements Hyperparameter<number> {
  readonly kind = 'int';
  readonly isNominal = false;
  readonly cardinality: number;
  readonly defaultNumber: number;
  readonly #low: number;
  readonly #high: number;
  readonly #step: number;
  readonly #isLog: boolean;
  /** Cells reach half a step beyond the bounds; on a log scale these edges are logarithms. */
  readonly #start: number;
  readonly #width: number;

  constructor(low: number, high: number, options: IntOptions) {
    const name = `int(${show(low)}, ${show(high)})`;
    checkOptions(name, options, ['scale', 'step', 'default'], (m) => new InvalidSpaceError(m));
    checkBounds(name, low, high, options.scale);
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
      throw new InvalidSpaceError(`${name}: both bounds must be whole numbers; use float for others`);
    }
    const { step = 1, scale = 'linear' } = options;
    if (!Number.isInteger(step))
      throw new InvalidSpaceError(`${name}: step must be a whole number, not ${show(step)}`);
    if (step !== 1) checkStep(name, low, high, step, scale);
    this.#low = low;
    this.#high = high;
    this.#step = step;
    this.#isLog = scale === 'log';
    const edge = step / 2;
    this.#start = this.#isLog ? Math.log(low - edge) : low - edge;
    this.#width = (this.#isLog ? Math.log(high + edge) : high + edge) - this.#start;
    this.cardinality = (high - low) / step + 1;
    this.defaultNumber = encodeDefault(name, this, options.default);
  }

  encode(value: unknown): number {
    if (!Number.isSafeInteger(value)) return Number.NaN;
    const x = value as number;
    return x >= this.#low && x <= this.#high && (x - this.#low) % this.#step === 0 ? x : Number.NaN;
  }

  decode(x: number): number {
    return x;
  }

  toUnit(x: number): number {
    return this.#position(x);
  }

  fromUnit(u: number): number {
    const edge = this.#start + u * this.#width;
    const x = this.#isLog ? Math.exp(edge) : edge;
    const k = Math.floor((x - this.#low) / this.#step + 0.5);
    return this.#low + Math.min(this.cardinality - 1, Math.max(0, k)) * this.#step;
  }

  unitCellStart(x: number): number {
    return this.#position(x - this.#step / 2);
  }

  unitCellEnd(x: number): number {
    return this.#position(x + this.#step / 2);
  }

  describe(): string {
    const range = `a whole number from ${this.#low} to ${this.#high}`;
    if (this.#step > 1) return `${range} in steps of ${this.#step}`;
    return this.#isLog ? `${range} (log scale)` : range;
  }

  toJSON(): HyperparameterJSON {
    return {
      kind: 'int',
      low: this.#low,
      high: this.#high,
      ...(this.#isLog ? { scale: 'log' as const } : {}),
      ...(this.#step > 1 ? { step: this.#step } : {}),
      ...(Number.isNaN(this.defaultNumber) ? {} : { default: this.defaultNumber }),
    };
  }

  #position(x: number): number {
    return ((this.#isLog ? Math.log(x) : x) - this.#start) / this.#width;
  }
}
