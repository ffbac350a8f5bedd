import { StorageError, type Leaf, type SearchSpace } from '@tunable/core';

import {
  distributionOf,
  internalOf,
  parseDistribution,
  printDistribution,
  valueOf,
  type Distribution,
} from './distribution.ts';
import { fixedParameters } from './fixed-parameters.ts';
import { isObject, printPythonJson, type PythonJson } from './python-json.ts';

/** A parameter of a trial as Optuna keeps it: a row of its table `trial_params`. */
export interface TrialParam {
  /** `param_name`: the name of the leaf. */
  readonly name: string;
  /** `param_value`: the number itself, or the index of the category. */
  readonly value: number;
  /** `distribution_json`. */
  readonly distribution: string;
}

/** Turns rows of numbers, which the core computes with, into parameters as Optuna keeps them, and back. */
export interface ParamCodec {
  /** The space of the rows. */
  readonly space: SearchSpace;

  /** How each of its leaves stands in Optuna's table. */
  readonly columns: readonly CodecColumn[];

  /** The parameters of a row; those that have no number (inactive, or open while the trial waits) are left out. */
  write(row: Float64Array): TrialParam[];

  /**
   * The row of a trial's parameters, NaN where there is none. Python may have used other distributions than ours: the value counts,
   * also beyond our range. Names and categories that the space does not have are passed over.
   *
   * @throws {StorageError} a distribution that cannot be read.
   */
  read(params: readonly TrialParam[]): Float64Array;

  /** The values of a row as the system attribute `fixed_params` holds those of a waiting trial: what Python's `ask` suggests. */
  writeFixed(row: Float64Array): string;

  /** The row of a trial that waits, NaN where a value is still open. */
  readFixed(fixed: PythonJson): Float64Array;
}

/** How a leaf of the space stands in Optuna's table. */
export type CodecColumn =
  | {
      /** Optuna's name. */
      readonly name: string;
      /** Optuna's distribution, whose indices of categories are those of the leaf. */
      readonly distribution: Distribution;
      /** What to write, if it is not `distribution` printed. */
      readonly text?: string;
    }
  | {
      /** It does not: this leaf says, as false or true, whether that one is there. */
      readonly presenceOf: number;
    };

/** The codec of a study whose space is known. */
export function paramCodec(space: SearchSpace): ParamCodec {
  return new Codec(
    space,
    space.leaves.map(({ name, parameter }) => ({ name, distribution: distributionOf(parameter.toJSON()) })),
  );
}

interface Column {
  readonly leaf: number;
  readonly name: string;
  readonly distribution: Distribution;
  readonly text: string;
  /** From the numbers of the leaf to those of `text`. */
  readonly toText: (x: number) => number;
  /** The way back, from the numbers of each distribution met, by its text. */
  readonly fromText: Map<string, (x: number) => number>;
}

/** See {@link ParamCodec}; there is one of `columns` for each leaf. */
export class Codec implements ParamCodec {
  readonly space: SearchSpace;
  readonly columns: readonly CodecColumn[];
  readonly #columns = new Map<string, Column>();
  readonly #presences: { readonly leaf: number; readonly of: number }[] = [];
  readonly #fixed: {
    readonly param: TrialParam;
    readonly value: PythonJson;
    readonly condition?: Leaf['condition'];
  }[];

  constructor(space: SearchSpace, columns: readonly CodecColumn[]) {
    this.space = space;
    this.columns = columns;
    for (const [leaf, column] of columns.entries()) {
      if ('presenceOf' in column) {
        this.#presences.push({ leaf, of: column.presenceOf });
        continue;
      }
      const { name, distribution, text = printDistribution(distribution) } = column;
      const isSame = column.text === undefined;
      const written = isSame ? distribution : parseDistribution(text);
      const fromText = new Map(isSame ? [[text, identity]] : []);
      const toText = isSame ? identity : translator(distribution, written);
      this.#columns.set(name, { leaf, name, distribution, text, toText, fromText });
    }
    this.#fixed = fixedParameters(space).map(({ name, distribution, internal, condition }) => ({
      param: { name, value: internal, distribution: printDistribution(distribution) },
      value: valueOf(distribution, internal) as PythonJson,
      ...(condition === undefined ? {} : { condition }),
    }));
  }

  write(row: Float64Array): TrialParam[] {
    const params: TrialParam[] = [];
    for (const { leaf, name, text, toText } of this.#columns.values()) {
      const x = row[leaf] as number;
      if (!Number.isNaN(x)) params.push({ name, value: toText(x), distribution: text });
    }
    for (const { param } of this.#activeFixed(row)) params.push(param);
    return params;
  }

  read(params: readonly TrialParam[]): Float64Array {
    const row = this.#emptyRow();
    for (const { name, value, distribution } of params) {
      const column = this.#columns.get(name);
      if (column !== undefined) row[column.leaf] = fromText(column, distribution)(value);
    }
    for (const { leaf, of } of this.#presences) row[leaf] = Number.isNaN(row[of]) ? 0 : 1;
    return row;
  }

  writeFixed(row: Float64Array): string {
    const fixed: [string, PythonJson][] = [];
    for (const { leaf, name, distribution } of this.#columns.values()) {
      const x = row[leaf] as number;
      if (!Number.isNaN(x)) fixed.push([name, valueOf(distribution, x) as PythonJson]);
    }
    for (const { param, value } of this.#activeFixed(row)) fixed.push([param.name, value]);
    return printPythonJson(Object.fromEntries(fixed));
  }

  readFixed(fixed: PythonJson): Float64Array {
    const row = this.#emptyRow();
    if (!isObject(fixed)) return row;
    for (const [name, value] of Object.entries(fixed)) {
      const column = this.#columns.get(name);
      if (column !== undefined) row[column.leaf] = internalOf(column.distribution, value);
    }
    for (const { leaf, of } of this.#presences) if (!Number.isNaN(row[of])) row[leaf] = 1;
    return row;
  }

  #emptyRow(): Float64Array {
    return new Float64Array(this.space.leaves.length).fill(Number.NaN);
  }

  #activeFixed(row: Float64Array): { readonly param: TrialParam; readonly value: PythonJson }[] {
    return this.#fixed.filter(
      ({ condition }) => condition === undefined || isWithin(row[condition.parent] as number, condition),
    );
  }
}

function fromText({ name, distribution, fromText: known }: Column, text: string): (x: number) => number {
  let translate = known.get(text);
  if (translate === undefined) {
    try {
      translate = translator(parseDistribution(text), distribution);
    } catch (error) {
      throw new StorageError(`the distribution of the parameter '${name}' cannot be read`, { cause: error });
    }
    known.set(text, translate);
  }
  return translate;
}

/** From numbers of one distribution to those of another, by the value; NaN for a category that the other lacks. */
function translator(from: Distribution, to: Distribution): (x: number) => number {
  if (from.kind === 'categorical') {
    const numbers = from.choices.map((choice) => internalOf(to, choice));
    return (x) => numbers[Math.trunc(x)] ?? Number.NaN;
  }
  if (to.kind === 'categorical') return (x) => internalOf(to, x);
  // Whole numbers beyond 2^53 are searched as floats.
  return to.kind === 'int' && !Number.isSafeInteger(to.high) ? Math.round : identity;
}

function identity(x: number): number {
  return x;
}

function isWithin(x: number, { low, high }: { readonly low: number; readonly high: number }): boolean {
  return x >= low && x <= high;
}
