import { InvalidArgumentError } from '../../errors.ts';
import { show } from '../../json.ts';
import { checkOptions } from '../../options.ts';
import type { Metric, ScoreInput } from './metric.ts';

/** Options of {@link rocAuc}. */
export interface RocAucOptions {
  /**
   * `'binary'` for two classes. For more: each class against the rest, and the plain mean over classes (`'macro'`) or
   * that weighted by their rows (`'weighted'`). Default `'binary'`.
   */
  average?: 'binary' | 'macro' | 'weighted';
}

/**
 * The area under the ROC curve: the probability that a random row of a class is given a higher probability of it than a
 * random row of no such class, ties counting half (the Mann-Whitney statistic). 0.5 for guessing, 1 for perfect order.
 * NaN where the rows show one class only or, averaged, lack a class.
 */
export function rocAuc(options: RocAucOptions = {}): Metric {
  checkOptions('rocAuc', options, ['average']);
  const { average = 'binary' } = options;
  if (!['binary', 'macro', 'weighted'].includes(average)) {
    throw new InvalidArgumentError(
      `rocAuc: average must be 'binary', 'macro' or 'weighted', not ${show(average)}`,
    );
  }
  return {
    name: average === 'binary' ? 'rocAuc' : average === 'macro' ? 'rocAucMacro' : 'rocAucWeighted',
    direction: 'maximize',
    needs: 'probabilities',
    task: 'classification',
    options: { ...options },
    check({ classes }) {
      if (average === 'binary' && classes.length !== 2) {
        throw new InvalidArgumentError(
          `rocAuc scores two classes, and the dataset has ${classes.length}; use rocAucMacro or rocAucWeighted`,
        );
      }
    },
    score(input) {
      if (average === 'binary') return areaOf(input, 1).area;
      let sum = 0;
      let weights = 0;
      for (let label = 0; label < input.classes.length; label++) {
        const { area, rows } = areaOf(input, label);
        const weight = average === 'macro' ? 1 : rows;
        sum += weight * area;
        weights += weight;
      }
      return sum / weights;
    },
  };
}

/** The area for one class against the rest, and the rows of that class. */
function areaOf(
  { actual, probabilities, classes }: ScoreInput,
  label: number,
): { area: number; rows: number } {
  const size = classes.length;
  const scores = Float64Array.from(actual, (_, row) => probabilities[row * size + label] as number);
  const order = Uint32Array.from(actual, (_, row) => row).toSorted(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    const score = scores[order[start] as number];
    let end = start;
    let tied = 0;
    for (; end < order.length && scores[order[end] as number] === score; end++) {
      if (actual[order[end] as number] === label) tied++;
    }
    // NaN equals nothing, not even itself, so it would never advance; it makes the area NaN instead.
    if (end === start) return { area: Number.NaN, rows: Number.NaN };
    positives += tied;
    rankSum += (tied * (start + 1 + end)) / 2;
    start = end;
  }
  const pairs = positives * (actual.length - positives);
  return { area: (rankSum - (positives * (positives + 1)) / 2) / pairs, rows: positives };
}
