import {
  boolean,
  categorical,
  constant,
  float,
  int,
  type Hyperparameter,
  type HyperparameterJSON,
  type JsonValue,
} from '@tunable/core';

import {
  isList,
  isObject,
  parsePythonJson,
  printPythonFloat,
  printPythonJson,
  toJsonValue,
  type PythonJson,
} from './python-json.ts';

/** What Optuna knows of a parameter: its class of distribution with the attributes, in Optuna's words. */
export type Distribution =
  | {
      readonly kind: 'float';
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
      /** The distance of neighbouring values; null if continuous. */
      readonly step: number | null;
    }
  | {
      readonly kind: 'int';
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
      readonly step: number;
    }
  | {
      readonly kind: 'categorical';
      /** In the order of their indices. Python may repeat one, and may have NaN. */
      readonly choices: readonly PythonJson[];
    };

/**
 * The distribution nearest to a hyperparameter, given as plain data (`toJSON`). Optuna has no word for an order of categories, and none for lists and
 * objects as choices, which become their JSON text; indices are the same.
 */
export function distributionOf(json: HyperparameterJSON): Distribution {
  switch (json.kind) {
    case 'float':
      return {
        kind: 'float',
        low: json.low,
        high: json.high,
        log: json.scale === 'log',
        step: json.step ?? null,
      };
    case 'int':
      return { kind: 'int', low: json.low, high: json.high, log: json.scale === 'log', step: json.step ?? 1 };
    case 'categorical':
      return { kind: 'categorical', choices: json.choices.map(toScalar) };
    case 'constant':
      return { kind: 'categorical', choices: [toScalar(json.value)] };
  }
}

/** A choice as Optuna's storages hold it: null, true, false, a number or a text. */
function toScalar(choice: JsonValue): JsonValue {
  return typeof choice === 'object' && choice !== null ? JSON.stringify(choice) : choice;
}

/** A text that is equal for choices that are one in Optuna's storages. */
function keyOf(choice: PythonJson): string {
  return JSON.stringify(toScalar(toJsonValue(choice)));
}

/**
 * The hyperparameter of a distribution. Choices that are equal in JavaScript (1 and 1.0) are one, and NaN is the text 'NaN'; a
 * range that no step divides ends at its last step, as in Optuna. Whole numbers beyond 2^53, which neither Optuna nor a double holds
 * exactly, are searched as floats.
 *
 * @throws {InvalidSpaceError} bounds that are not finite, which Optuna accepts.
 */
export function hyperparameterOf(distribution: Distribution): Hyperparameter {
  if (distribution.kind === 'categorical') return categoricalOf(distribution.choices.map(toJsonValue));
  const { low, high, log, step } = distribution;
  const scale = log ? { scale: 'log' as const } : {};
  const isInt = distribution.kind === 'int' && Number.isSafeInteger(low) && Number.isSafeInteger(high);
  if (isInt && (log || step === 1)) return int(low, high, scale);
  if (log || step === null || (!isInt && distribution.kind === 'int')) return float(low, high, scale);
  const steps = Math.floor((high - low) / step + 1e-9);
  if (isInt) return int(low, low + steps * step, { step });
  const last = Number((low + steps * step).toPrecision(15));
  return steps === 0
    ? float(low, low)
    : float(low, Math.abs(last - high) <= 1e-9 * step ? high : last, { step });
}

function categoricalOf(choices: readonly JsonValue[]): Hyperparameter {
  const distinct = [...new Map(choices.map((choice) => [JSON.stringify(choice), choice])).values()];
  if (distinct.length === 1) return constant(distinct[0] as JsonValue);
  return distinct[0] === false && distinct[1] === true && distinct.length === 2
    ? boolean()
    : categorical(distinct);
}

/** A distribution as Optuna 3 and later write it, byte for byte where Python would hold the same numbers. */
export function printDistribution(distribution: Distribution): string {
  if (distribution.kind === 'categorical') {
    return `{"name": "CategoricalDistribution", "attributes": {"choices": ${printPythonJson(distribution.choices)}}}`;
  }
  const { kind, low, high, log, step } = distribution;
  return kind === 'float'
    ? `{"name": "FloatDistribution", "attributes": {"step": ${step === null ? 'null' : printPythonFloat(step)}, "low": ${printPythonFloat(low)}, "high": ${printPythonFloat(high)}, "log": ${log}}}`
    : `{"name": "IntDistribution", "attributes": {"log": ${log}, "step": ${step}, "low": ${low}, "high": ${high}}}`;
}

/**
 * Reads a distribution: the classes of Optuna 3 and later, those of Optuna 2 (`UniformDistribution`, ...), and the short form
 * `{"type": "float", ...}`.
 *
 * @throws {SyntaxError} what is none of these.
 */
export function parseDistribution(json: string): Distribution {
  const parsed = parsePythonJson(json);
  const { name, type, attributes = parsed } = isObject(parsed) ? parsed : {};
  const word = name ?? type;
  const read = typeof word === 'string' ? READERS[word] : undefined;
  const distribution = read !== undefined && isObject(attributes) ? read(attributes) : undefined;
  if (distribution === undefined || !isSound(distribution)) {
    throw new SyntaxError(
      `not a distribution of Optuna's: ${json.length > 200 ? `${json.slice(0, 200)}...` : json}`,
    );
  }
  return distribution;
}

interface Attributes {
  readonly [name: string]: PythonJson;
}

const readFloat = (of: Attributes, log = of['log'] === true, step = of['step'] ?? null): Distribution => ({
  kind: 'float',
  low: Number(of['low']),
  high: Number(of['high']),
  log,
  step: step === null || log ? null : Number(step),
});

const readInt = (of: Attributes, log = of['log'] === true): Distribution => ({
  kind: 'int',
  low: Number(of['low']),
  high: Number(of['high']),
  log,
  step: log ? 1 : Number(of['step'] ?? 1),
});

const readCategorical = ({ choices }: Attributes): Distribution | undefined =>
  choices !== undefined && isList(choices) ? { kind: 'categorical', choices } : undefined;

const READERS: { readonly [name: string]: (attributes: Attributes) => Distribution | undefined } = {
  FloatDistribution: (of) => readFloat(of),
  IntDistribution: (of) => readInt(of),
  CategoricalDistribution: readCategorical,
  float: (of) => readFloat(of),
  int: (of) => readInt(of),
  categorical: readCategorical,
  UniformDistribution: (of) => readFloat(of, false, null),
  LogUniformDistribution: (of) => readFloat(of, true, null),
  DiscreteUniformDistribution: (of) => readFloat(of, false, of['q'] ?? null),
  IntUniformDistribution: (of) => readInt(of, false),
  IntLogUniformDistribution: (of) => readInt(of, true),
};

function isSound(distribution: Distribution): boolean {
  if (distribution.kind === 'categorical') return distribution.choices.length > 0;
  const { low, high, step } = distribution;
  return low <= high && (step === null || step > 0);
}

/**
 * The value that a number of Optuna's (`param_value`) stands for: the number itself, or the choice at that index.
 *
 * @returns undefined for an index without a choice.
 */
export function valueOf(distribution: Distribution, internal: number): PythonJson | undefined {
  return distribution.kind === 'categorical' ? distribution.choices[Math.trunc(internal)] : internal;
}

/**
 * Optuna's number (`param_value`) for a value.
 *
 * @returns NaN for what is not a number, or none of the choices.
 */
export function internalOf(distribution: Distribution, value: PythonJson): number {
  if (distribution.kind !== 'categorical') return typeof value === 'number' ? value : Number.NaN;
  const key = keyOf(value);
  const index = distribution.choices.findIndex((choice) => keyOf(choice) === key);
  return index === -1 ? Number.NaN : index;
}

/** Whether Optuna lets one parameter have both: the same class and logarithm, and for categories the same choices. */
export function areCompatible(a: Distribution, b: Distribution): boolean {
  if (a.kind === 'categorical') {
    return (
      b.kind === 'categorical' &&
      a.choices.length === b.choices.length &&
      a.choices.every((choice, i) => isEqualInPython(choice, b.choices[i] as PythonJson))
    );
  }
  return a.kind === b.kind && a.log === b.log;
}

/** Python's `==` between choices, for which True is 1 and NaN, here, is NaN. */
function isEqualInPython(a: PythonJson, b: PythonJson): boolean {
  const plain = (x: PythonJson): PythonJson => (typeof x === 'boolean' ? Number(x) : x);
  return printPythonJson(plain(a)) === printPythonJson(plain(b));
}
