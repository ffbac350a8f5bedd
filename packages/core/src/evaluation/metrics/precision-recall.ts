import { InvalidArgumentError } from '../../errors.ts';
import { show } from '../../json.ts';
import type { Label } from '../../learner/dataset.ts';
import { checkOptions } from '../../options.ts';
import { confusionOf, hits, type Confusion } from './confusion.ts';
import type { Metric, ScoreInput } from './metric.ts';

/**
 * How scores of classes become one: the score of the positive class (`binary`), the plain mean (`macro`), the mean
 * weighted by the classes' rows (`weighted`), or one score from the counts of all classes together (`micro`).
 */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted';

/** Options of {@link precision}, {@link recall} and {@link f1}. */
export interface PrecisionOptions {
  /** How the classes' scores are combined. Default `'binary'`. */
  average?: Average;
  /**
   * For `'binary'`: the class that counts as positive. Default: the larger of two numbers (1 of 0 and 1), or true; it must
   * be given for strings.
   */
  positive?: Label;
  /** The score where it would be 0 / 0 (a class never predicted has no precision). 0 or 1; default 0. */
  zeroDivision?: 0 | 1;
}

/** The fraction of rows predicted to be of a class that are: 0 to 1. */
export function precision(options: PrecisionOptions = {}): Metric {
  return averaged('precision', options, ({ hits, predicted }) => [hits, predicted]);
}

/** The fraction of rows of a class that are predicted to be: 0 to 1. */
export function recall(options: PrecisionOptions = {}): Metric {
  return averaged('recall', options, ({ hits, actual }) => [hits, actual]);
}

/** The harmonic mean of precision and recall: 0 to 1. */
export function f1(options: PrecisionOptions = {}): Metric {
  return averaged('f1', options, ({ hits, actual, predicted }) => [2 * hits, actual + predicted]);
}

/** Counts of rows of one class, or sums of them over classes. */
interface Counts {
  hits: number;
  actual: number;
  predicted: number;
}

function averaged(
  base: string,
  options: PrecisionOptions,
  ratio: (counts: Counts) => [numerator: number, denominator: number],
): Metric {
  checkOptions(base, options, ['average', 'positive', 'zeroDivision']);
  const { average = 'binary', positive, zeroDivision = 0 } = options;
  if (!['binary', 'macro', 'micro', 'weighted'].includes(average)) {
    throw new InvalidArgumentError(
      `${base}: average must be 'binary', 'macro', 'micro' or 'weighted', not ${show(average)}`,
    );
  }
  if (zeroDivision !== 0 && zeroDivision !== 1) {
    throw new InvalidArgumentError(`${base}: zeroDivision must be 0 or 1, not ${show(zeroDivision)}`);
  }
  const divide = (counts: Counts): number => {
    const [numerator, denominator] = ratio(counts);
    return denominator === 0 ? zeroDivision : numerator / denominator;
  };
  return {
    name: average === 'binary' ? base : `${base}${average[0]?.toUpperCase()}${average.slice(1)}`,
    direction: 'maximize',
    needs: 'labels',
    task: 'classification',
    options: { ...options },
    check({ classes }) {
      if (average === 'binary') positiveClass(base, classes, positive);
    },
    score(input) {
      const confusion = confusionOf(input);
      if (average === 'binary')
        return divide(countsOf(confusion, positiveClass(base, input.classes, positive)));
      if (average === 'micro') return divide(sumOfCounts(confusion));
      return meanOverClasses(confusion, average, divide);
    },
  };
}

function positiveClass(base: string, classes: ScoreInput['classes'], positive: Label | undefined): number {
  if (classes.length !== 2) {
    throw new InvalidArgumentError(
      `${base} scores two classes, and the dataset has ${classes.length}; use ${base}Macro, ${base}Micro or ${base}Weighted`,
    );
  }
  if (positive === undefined) {
    if (typeof classes[0] !== 'string') return 1;
    throw new InvalidArgumentError(
      `${base} scores one of two classes; say which: ${base}({ positive: ${show(classes[0])} }) or ${base}({ positive: ${show(classes[1])} })`,
    );
  }
  const index = classes.indexOf(positive);
  if (index >= 0) return index;
  throw new InvalidArgumentError(
    `${base}: positive is ${show(positive)}, which is none of the classes ${classes.map(show).join(' and ')}`,
  );
}

function countsOf(confusion: Confusion, label: number): Counts {
  return {
    hits: hits(confusion, label),
    actual: confusion.actual[label] as number,
    predicted: confusion.predicted[label] as number,
  };
}

function sumOfCounts(confusion: Confusion): Counts {
  let right = 0;
  for (let label = 0; label < confusion.size; label++) right += hits(confusion, label);
  return { hits: right, actual: confusion.total, predicted: confusion.total };
}

/** The mean over the classes that occur, as actual or predicted ones. */
function meanOverClasses(
  confusion: Confusion,
  average: 'macro' | 'weighted',
  divide: (counts: Counts) => number,
): number {
  let sum = 0;
  let weights = 0;
  for (let label = 0; label < confusion.size; label++) {
    const counts = countsOf(confusion, label);
    if (counts.actual + counts.predicted === 0) continue;
    const weight = average === 'macro' ? 1 : counts.actual;
    sum += weight * divide(counts);
    weights += weight;
  }
  return sum / weights;
}
