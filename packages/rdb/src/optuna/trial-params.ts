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

/** How a parameter of the space stands in Optuna's table. */
export interface CodecColumn {
  /** Optuna's name. */
  readonly name: string;
  /** Optuna's distribution, whose indices of categories are those of the leaf. */
  readonly distribution: Distribution;
  /** What to write. Default: `distribution` printed. */
  readonly text?: string;
}

/** The codec of a study whose space is known. */
export function paramCodec(space: SearchSpace): ParamCodec {
  return new Codec(
    space,
    space.leaves.map(({ name, parameter }) => ({ name, distribution: distributionOf(parameter.toJSON()) })),
  );
}

interface Column extends CodecColumn {
  readonly text: string;
  /** The distribution that `text` holds, whose indices of categories may differ. */
  readonly written: Distribution;
}

/** See {@link ParamCodec}; `columns` are one per leaf, undefined for a leaf that Optuna does not see. */
export class Codec implements ParamCodec {
  readonly space: SearchSpace;
  readonly #columns: readonly (Column | undefined)[];
  readonly #leafOf: Map<string, number>;
  readonly #fixed: { readonly param: TrialParam; readonly condition?: Leaf['condition'] }[];
  /** Distributions by their text: a study has few, repeated in every trial. */
  readonly #parsed = new Map<string, Distribution>();

  constructor(space: SearchSpace, columns: readonly (CodecColumn | undefined)[]) {
    this.space = space;
    this.#columns = columns.map(
      (column) =>
        column && {
          ...column,
          text: column.text ?? printDistribution(column.distribution),
          written: column.text === undefined ? column.distribution : parseDistribution(column.text),
        },
    );
    this.#leafOf = new Map();
    for (const [leaf, column] of this.#columns.entries()) {
      if (column === undefined) continue;
      this.#leafOf.set(column.name, leaf);
      this.#parsed.set(column.text, column.written);
    }
    this.#fixed = fixedParameters(space).map(({ name, distribution, internal, condition }) => ({
      param: { name, value: internal, distribution: printDistribution(distribution) },
      ...(condition === undefined ? {} : { condition }),
    }));
  }

  write(row: Float64Array): TrialParam[] {
    const params: TrialParam[] = [];
    for (const [leaf, column] of this.#columns.entries()) {
      const x = row[leaf] as number;
      if (column === undefined || Number.isNaN(x)) continue;
      const { name, text, distribution, written } = column;
      const value = written === distribution ? x : translate(distribution, written, x);
      // Whole numbers beyond 2^53 are searched as floats.
      params.push({ name, value: written.kind === 'int' ? Math.round(value) : value, distribution: text });
    }
    for (const { param, condition } of this.#fixed) {
      if (condition === undefined || isWithin(row[condition.parent] as number, condition)) params.push(param);
    }
    return params;
  }

  read(params: readonly TrialParam[]): Float64Array {
    const row = this.#emptyRow();
    for (const { name, value, distribution } of params) {
      const leaf = this.#leafOf.get(name);
      if (leaf === undefined) continue;
      const column = this.#columns[leaf] as Column;
      const isOurs = distribution === column.text && column.written === column.distribution;
      row[leaf] = isOurs ? value : translate(this.#parse(name, distribution), column.distribution, value);
    }
    return row;
  }

  writeFixed(row: Float64Array): string {
    const fixed = this.write(row).map(({ name, value, distribution }): [string, PythonJson] => [
      name,
      valueOf(this.#parse(name, distribution), value) as PythonJson,
    ]);
    return printPythonJson(Object.fromEntries(fixed));
  }

  readFixed(fixed: PythonJson): Float64Array {
    const row = this.#emptyRow();
    if (!isObject(fixed)) return row;
    for (const [name, value] of Object.entries(fixed)) {
      const leaf = this.#leafOf.get(name);
      if (leaf !== undefined) row[leaf] = internalOf((this.#columns[leaf] as Column).distribution, value);
    }
    return row;
  }

  #emptyRow(): Float64Array {
    return new Float64Array(this.space.leaves.length).fill(Number.NaN);
  }

  #parse(name: string, text: string): Distribution {
    let distribution = this.#parsed.get(text);
    if (distribution === undefined) {
      try {
        distribution = parseDistribution(text);
      } catch (error) {
        throw new StorageError(`the distribution of the parameter '${name}' cannot be read`, {
          cause: error,
        });
      }
      this.#parsed.set(text, distribution);
    }
    return distribution;
  }
}

/** A number of one distribution as a number of another, by its value; NaN for a category that the other lacks. */
function translate(from: Distribution, to: Distribution, x: number): number {
  const value = valueOf(from, x);
  return value === undefined ? Number.NaN : internalOf(to, value);
}

function isWithin(x: number, { low, high }: { readonly low: number; readonly high: number }): boolean {
  return x >= low && x <= high;
}
