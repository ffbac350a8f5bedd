import { InvalidSpaceError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { show } from '../json.ts';
import { encodeDefault } from './encode-default.ts';
import type { Hyperparameter, HyperparameterJSON, Scale } from './hyperparameter.ts';

/** Options of {@link float}. */
export interface FloatOptions {
  /** `'log'` spreads the search evenly over magnitudes; needs `low > 0`. Default `'linear'`. */
  scale?: Scale;
  /** Only `low, low + step, ..., high` are values; `high - low` must be a multiple of it. Not with `scale: 'log'`. */
  step?: number;
  /** The setting one would use without tuning; tried first by `tune`, and used to fill partial configurations. */
  default?: number;
}

/**
 * A real number from `low` to `high`, both included.
 *
 * @param low the smallest value; finite.
 * @param high the largest value; finite, not below `low`.
 * @param options scale, step and default.
 * @throws {InvalidSpaceError} reversed or non-finite bounds, a log scale with `low <= 0`, a step that does not fit.
 * @example float(1e-5, 1e-1, { scale: 'log', default: 1e-3 })
 */
export function float(low: number, high: number, options: FloatOptions = {}): Hyperparameter<number> {
  return new Float(low, high, options);
}

class Float implements Hyperparameter<number> {
  readonly kind = 'float';
  readonly isNominal = false;
  readonly cardinality: number;
  readonly defaultNumber: number;
  readonly #low: number;
  readonly #high: number;
  readonly #step: number;
  /** How many decimals the values on the grid have. */
  readonly #decimals: number;
  readonly #isLog: boolean;
  /** The encoding is linear in [start, start + width]: the bounds, or their logarithms. */
  readonly #start: number;
  readonly #width: number;

  constructor(low: number, high: number, options: FloatOptions) {
    const name = `float(${show(low)}, ${show(high)})`;
    checkOptions(name, options, ['scale', 'step', 'default'], (m) => new InvalidSpaceError(m));
    checkBounds(name, low, high, options.scale);
    const { step, scale = 'linear' } = options;
    if (step !== undefined) checkStep(name, low, high, step, scale);
    this.#low = low;
    this.#high = high;
    this.#step = step ?? 0;
    this.#decimals = Math.max(decimalsOf(low), decimalsOf(this.#step));
    this.#isLog = scale === 'log';
    this.#start = this.#isLog ? Math.log(low) : low;
    this.#width = (this.#isLog ? Math.log(high) : high) - this.#start;
    this.cardinality =
      low === high ? 1 : this.#step > 0 ? Math.round((high - low) / this.#step) + 1 : Infinity;
    this.defaultNumber = encodeDefault(name, this, options.default);
  }

  encode(value: unknown): number {
    if (typeof value !== 'number' || !(value >= this.#low && value <= this.#high)) return Number.NaN;
    if (this.#step === 0) return value;
    const snapped = this.#gridValue(Math.round((value - this.#low) / this.#step));
    return Math.abs(snapped - value) <= 1e-9 * this.#step ? snapped : Number.NaN;
  }

  decode(x: number): number {
    return x;
  }

  toUnit(x: number): number {
    if (this.cardinality === 1) return 0.5;
    if (this.#step > 0) return (Math.round((x - this.#low) / this.#step) + 0.5) / this.cardinality;
    return ((this.#isLog ? Math.log(x) : x) - this.#start) / this.#width;
  }

  fromUnit(u: number): number {
    if (u <= 0) return this.#low;
    if (u >= 1) return this.#high;
    if (this.#step > 0) return this.#gridValue(Math.floor(u * this.cardinality));
    const x = this.#start + u * this.#width;
    return Math.min(this.#high, Math.max(this.#low, this.#isLog ? Math.exp(x) : x));
  }

  unitCellStart(x: number): number {
    return this.#step > 0 ? this.toUnit(x) - 0.5 / this.cardinality : this.toUnit(x);
  }

  unitCellEnd(x: number): number {
    return this.#step > 0 ? this.toUnit(x) + 0.5 / this.cardinality : this.toUnit(x);
  }

  describe(): string {
    const range = `a number from ${this.#low} to ${this.#high}`;
    if (this.#step > 0) return `${range} in steps of ${this.#step}`;
    return this.#isLog ? `${range} (log scale)` : range;
  }

  toJSON(): HyperparameterJSON {
    return {
      kind: 'float',
      low: this.#low,
      high: this.#high,
      ...(this.#isLog ? { scale: 'log' as const } : {}),
      ...(this.#step > 0 ? { step: this.#step } : {}),
      ...(Number.isNaN(this.defaultNumber) ? {} : { default: this.defaultNumber }),
    };
  }

  /** Grid point `k` without the noise of binary fractions: 3 x 0.1 is 0.3, not 0.30000000000000004. */
  #gridValue(k: number): number {
    const x = this.#low + k * this.#step;
    return Math.min(this.#high, this.#decimals <= 100 ? Number(x.toFixed(this.#decimals)) : x);
  }
}

/** How many digits `x` has behind the point, as JavaScript writes it. */
function decimalsOf(x: number): number {
  const [digits = '', exponent = '0'] = String(x).split('e');
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent));
}

/** Rejects bounds that are not finite numbers in order, and log scales that reach zero. */
export function checkBounds(name: string, low: number, high: number, scale: unknown): void {
  if (
    typeof low !== 'number' ||
    typeof high !== 'number' ||
    !Number.isFinite(low) ||
    !Number.isFinite(high)
  ) {
    throw new InvalidSpaceError(`${name}: both bounds must be finite numbers`);
  }
  if (low > high) {
    throw new InvalidSpaceError(`${name}: the bounds are reversed; write the smaller one first`);
  }
  if (!Number.isFinite(high - low)) {
    throw new InvalidSpaceError(
      `${name}: the range is too wide for a double; use scale: 'log' or narrower bounds`,
    );
  }
  if (scale !== undefined && scale !== 'linear' && scale !== 'log') {
    throw new InvalidSpaceError(`${name}: scale must be 'linear' or 'log', not ${show(scale)}`);
  }
  if (scale === 'log' && low <= 0) {
    throw new InvalidSpaceError(`${name}: a log scale needs a lower bound above zero`);
  }
}

/** Rejects steps that are not positive, do not divide the range, or stand beside a log scale. */
export function checkStep(name: string, low: number, high: number, step: number, scale: Scale): void {
  if (typeof step !== 'number' || !(step > 0) || !Number.isFinite(step)) {
    throw new InvalidSpaceError(`${name}: step must be a positive number, not ${show(step)}`);
  }
  if (scale === 'log') {
    throw new InvalidSpaceError(`${name}: a step cannot be combined with scale: 'log'; drop one of the two`);
  }
  const steps = (high - low) / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, steps)) {
    const fitting = Number((low + Math.floor(steps) * step).toPrecision(14));
    throw new InvalidSpaceError(
      `${name}: step ${step} does not fit: ${high} is not ${low} plus a multiple of it; the largest bound that fits is ${fitting}`,
    );
  }
}
