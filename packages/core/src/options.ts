import { InvalidArgumentError } from './errors.ts';
import { show } from './json.ts';

/**
 * Rejects options that are not an object, and option names that do not exist (a misspelt option would otherwise be
 * ignored in silence when the caller writes plain JavaScript).
 *
 * @param owner the call, as the user wrote it, for the message.
 * @param options what was given.
 * @param names the names that exist.
 * @param makeError the class of error to throw; `InvalidArgumentError` by default.
 */
export function checkOptions(
  owner: string,
  options: unknown,
  names: readonly string[],
  makeError: (message: string) => Error = (message) => new InvalidArgumentError(message),
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw makeError(`${owner}: options must be an object, not ${show(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      const known = names.length === 0 ? 'it has none' : `the options are ${names.join(', ')}`;
      const hint =
        name === 'seed' ? '; what is drawn follows the seed of the study, createStudy({ seed })' : '';
      throw makeError(`${owner}: unknown option '${name}'; ${known}${hint}`);
    }
  }
}

/**
 * `value` if it is a text that is not empty; throws an `InvalidArgumentError` otherwise.
 *
 * @param option the call and the option, for the message: 'openStudy: name'.
 */
export function checkText(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidArgumentError(`${option} must be a text that is not empty, not ${show(value)}`);
}

/** What a numeric option must be. */
export interface NumberRule {
  /** Smallest value allowed; none by default. */
  min?: number;
  /** Largest value allowed; none by default. */
  max?: number;
  /** Whether only whole numbers are allowed. Default false. */
  integer?: boolean;
}

/** `value` if it is a number that obeys `rule`; throws an `InvalidArgumentError` naming `owner` and `name` otherwise. */
export function checkNumber(owner: string, name: string, value: unknown, rule: NumberRule = {}): number {
  const { min = -Infinity, max = Infinity, integer = false } = rule;
  if (typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value)))
    return value;
  const isInfinite = value === Infinity && max < Infinity;
  const kind = integer ? 'a whole number' : isInfinite ? 'a finite number' : 'a number';
  // A maximum that merely rules out what no computer holds would only distract from the mistake.
  const isTooLarge = typeof value === 'number' && value > max && !isInfinite;
  const range = describeRange(min, max < Number.MAX_SAFE_INTEGER || isTooLarge ? max : Infinity);
  throw new InvalidArgumentError(`${owner}: ${name} must be ${kind}${range}, not ${show(value)}`);
}

function describeRange(min: number, max: number): string {
  if (min === Number.MIN_VALUE) return max < Infinity ? ` above 0, at most ${max}` : ' above 0';
  if (min > -Infinity) return max < Infinity ? ` from ${min} to ${max}` : ` of at least ${min}`;
  return max < Infinity ? ` of at most ${max}` : '';
}
