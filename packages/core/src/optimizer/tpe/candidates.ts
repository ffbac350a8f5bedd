import type { Hyperparameter } from '../../hyperparameter/hyperparameter.ts';
import type { Leaf } from '../../space/leaf.ts';

/** The values of one hyperparameter in all candidates, with what their densities need. */
export class CandidateColumn {
  readonly parameter: Hyperparameter;
  /** The values, in number encoding. */
  readonly numbers: Float64Array;
  /** The values, in unit encoding. */
  readonly units: Float64Array;
  /** Where the cells of the values begin and end in unit encoding; set for ordered values of finite number only. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** ln density under the uniform prior; ln probability for values of finite number. */
  readonly logPrior: Float64Array;
  readonly #isContinuous: boolean;

  constructor(parameter: Hyperparameter, count: number) {
    this.parameter = parameter;
    this.numbers = new Float64Array(count);
    this.units = new Float64Array(count);
    this.starts = new Float64Array(count);
    this.ends = new Float64Array(count);
    this.logPrior = new Float64Array(count);
    this.#isContinuous = parameter.cardinality === Infinity;
    if (parameter.isNominal) this.logPrior.fill(-Math.log(parameter.cardinality));
  }

  /** Sets the value of a candidate. */
  set(candidate: number, x: number): void {
    const { parameter } = this;
    this.numbers[candidate] = x;
    this.units[candidate] = parameter.toUnit(x);
    if (this.#isContinuous || parameter.isNominal) return;
    const start = parameter.unitCellStart(x);
    const end = parameter.unitCellEnd(x);
    this.starts[candidate] = start;
    this.ends[candidate] = end;
    this.logPrior[candidate] = Math.log(end - start);
  }
}

/** A number of candidates for the leaves of one block, column by column. */
export class Candidates {
  readonly count: number;
  readonly columns: readonly CandidateColumn[];
  readonly #leaves: readonly Leaf[];

  constructor(leaves: readonly Leaf[], count: number) {
    this.count = count;
    this.#leaves = leaves;
    this.columns = leaves.map(({ parameter }) => new CandidateColumn(parameter, count));
  }

  /** Writes a candidate's values to the places of its leaves in `row`. */
  writeTo(row: Float64Array, candidate: number): void {
    for (const [i, { index }] of this.#leaves.entries()) {
      row[index] = (this.columns[i] as CandidateColumn).numbers[candidate] as number;
    }
  }
}
