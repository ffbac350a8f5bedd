import { readFileSync } from 'node:fs';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InvalidArgumentError } from '../../errors.ts';
import { metricByName, metricNames, toMetric, type MetricName } from './by-name.ts';
import { customMetric } from './custom-metric.ts';
import type { Metric, ScoreInput } from './metric.ts';
import { f1, precision, recall } from './precision-recall.ts';
import { rocAuc } from './roc-auc.ts';

interface Golden {
  labels?: number;
  actual: number[];
  predicted: number[];
  probabilities?: number[];
  scores: Record<string, number | null>;
}

const golden = JSON.parse(readFileSync(new URL('sklearn-scores.json', import.meta.url), 'utf8')) as {
  classification: Golden[];
  regression: Golden[];
};

function inputOf({ labels = 0, actual, predicted, probabilities = [] }: Omit<Golden, 'scores'>): ScoreInput {
  return {
    actual: Float64Array.from(actual),
    predicted: Float64Array.from(predicted),
    probabilities: Float64Array.from(probabilities),
    classes: Array.from({ length: labels }, (_, i) => i),
  };
}

/** The metric of a name in the data: `f1Macro`, or with an explicit positive class and zero division `f10Zero1`. */
function metricOf(key: string): Metric {
  const [name, zero] = key.endsWith('Zero1') ? [key.slice(0, -5), 1] : [key, 0];
  const binary = /^(?<base>precision|recall|f1)(?<positive>[01])$/.exec(name)?.groups;
  if (binary === undefined) return metricByName(name, zero === 1 ? { zeroDivision: 1 } : {});
  return metricByName(binary['base'] as string, { positive: Number(binary['positive']), zeroDivision: zero });
}

const closeTo = (score: number): unknown => expect.closeTo(score, 12);

/** Numbers to compare with up to rounding; undefined scores with NaN. */
function about(scores: Record<string, number | null>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(scores).map(([key, score]) => [
      key,
      score === null || Number.isNaN(score) ? Number.NaN : closeTo(score),
    ]),
  );
}

describe('the scores are those of scikit-learn', () => {
  it.each([...golden.classification, ...golden.regression].map((one, i) => ({ ...one, i })))(
    'case $i',
    (one) => {
      const input = inputOf(one);
      const scores = Object.fromEntries(
        Object.keys(one.scores).map((key) => [key, metricOf(key).score(input)]),
      );
      expect(scores).toEqual(about(one.scores));
    },
  );

  it('covers every built-in metric', () => {
    const covered = new Set(
      [...golden.classification, ...golden.regression].flatMap(({ scores }) =>
        Object.keys(scores).map((key) => metricOf(key).name),
      ),
    );
    expect([...covered].toSorted()).toEqual([...metricNames].toSorted());
  });
});

describe('properties', () => {
  const anyInput = fc
    .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 30 }))
    .chain(([labels, rows]) => {
      const column = fc.array(fc.nat(labels - 1), { minLength: rows, maxLength: rows });
      const probabilities = fc.array(fc.nat(9), { minLength: rows * labels, maxLength: rows * labels });
      return fc.record({ labels: fc.constant(labels), actual: column, predicted: column, probabilities });
    });

  it('no metric depends on the order of rows', () => {
    fc.assert(
      fc.property(anyInput, (one) => {
        const { labels } = one;
        const reversed = {
          labels,
          actual: one.actual.toReversed(),
          predicted: one.predicted.toReversed(),
          probabilities: one.actual.flatMap((_, i) => {
            const start = (one.actual.length - 1 - i) * labels;
            return one.probabilities.slice(start, start + labels);
          }),
        };
        const ofTwoClasses = ['precision', 'recall', 'f1', 'rocAuc'];
        const names = metricNames.filter(
          (name) =>
            toMetric(name).task === 'classification' && (labels === 2 || !ofTwoClasses.includes(name)),
        );
        const scores = (input: ScoreInput): Record<string, number> =>
          Object.fromEntries(names.map((name) => [name, toMetric(name).score(input)]));
        expect(scores(inputOf(reversed))).toEqual(about(scores(inputOf(one))));
      }),
    );
  });

  it('rocAuc counts the pairs in the right order, and half of the ties', () => {
    fc.assert(
      fc.property(
        anyInput.filter(({ labels }) => labels === 2),
        ({ actual, probabilities }) => {
          let pairs = 0;
          let right = 0;
          for (const [i, a] of actual.entries()) {
            for (const [j, b] of actual.entries()) {
              if (a !== 1 || b !== 0) continue;
              pairs++;
              const difference = (probabilities[2 * i + 1] as number) - (probabilities[2 * j + 1] as number);
              right += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
            }
          }
          const area = rocAuc().score(inputOf({ labels: 2, actual, predicted: actual, probabilities }));
          expect({ area }).toEqual(about({ area: right / pairs }));
        },
      ),
    );
  });

  it('rocAuc of NaN probabilities is NaN', () => {
    const input = {
      labels: 2,
      actual: [0, 1],
      predicted: [0, 1],
      probabilities: [Number.NaN, Number.NaN, 0.5, 0.5],
    };
    expect(rocAuc().score(inputOf(input))).toBeNaN();
  });
});

describe('the positive class', () => {
  const input: ScoreInput = {
    ...inputOf({ actual: [0, 0, 1], predicted: [0, 1, 1] }),
    classes: ['ham', 'spam'],
  };

  it('is named by its label', () => {
    expect(precision({ positive: 'spam' }).score(input)).toBe(0.5);
    expect(recall({ positive: 'ham' }).score(input)).toBe(0.5);
    expect(f1({ positive: 'spam' }).score(input)).toBeCloseTo(2 / 3);
  });

  it('is true of booleans, and the larger of numbers', () => {
    expect(precision().score({ ...input, classes: [false, true] })).toBe(0.5);
    expect(precision().score({ ...input, classes: [-1, 1] })).toBe(0.5);
  });

  it('must be given for strings, and be a class', () => {
    const data = { task: 'classification', classes: ['ham', 'spam'] } as const;
    expect(() => precision().check?.(data)).toThrow(
      /precision\(\{ positive: "ham" \}\) or precision\(\{ positive: "spam" \}\)/,
    );
    expect(() => f1({ positive: 'eggs' }).check?.(data)).toThrow(
      /"eggs", which is none of the classes "ham" and "spam"/,
    );
    expect(() => recall({ positive: 'ham' }).check?.(data)).not.toThrow();
  });

  it('does not exist among three classes', () => {
    const data = { task: 'classification', classes: [0, 1, 2] } as const;
    expect(() => f1().check?.(data)).toThrow(/has 3; use f1Macro, f1Micro or f1Weighted/);
    expect(() => rocAuc().check?.(data)).toThrow(/use rocAucMacro or rocAucWeighted/);
    expect(() => f1({ average: 'macro' }).check?.(data)).not.toThrow();
  });
});

describe('metrics by name', () => {
  it('gives each metric its own name', () => {
    for (const name of metricNames) expect(toMetric(name).name).toBe(name);
  });

  it('can be made again from name and options', () => {
    const metric = precision({ average: 'weighted', zeroDivision: 1 });
    const again = metricByName(
      metric.name,
      JSON.parse(JSON.stringify(metric.options)) as Record<string, never>,
    );
    expect([again.name, again.options]).toEqual([metric.name, metric.options]);
  });

  it('lists the names when one is unknown', () => {
    expect(() => toMetric('acuracy' as MetricName)).toThrow(InvalidArgumentError);
    expect(() => toMetric('acuracy' as MetricName)).toThrow(
      /no metric "acuracy"; the metrics are accuracy, balancedAccuracy, .*r2/,
    );
    expect(() => toMetric('toString' as MetricName)).toThrow(/the metrics are/);
    expect(() => toMetric(undefined as never)).toThrow(/the names are accuracy/);
  });
});

describe('customMetric', () => {
  it('sees labels for classification and numbers for regression', () => {
    const disagreements = customMetric<string>(
      'disagreements',
      (actual, predicted) => actual.filter((a, i) => a !== predicted[i]).length,
      {
        direction: 'minimize',
      },
    );
    const input: ScoreInput = { ...inputOf({ actual: [0, 1], predicted: [1, 1] }), classes: ['a', 'b'] };
    expect([disagreements.score(input), disagreements.direction]).toEqual([1, 'minimize']);
    const bias = customMetric<number>(
      'bias',
      (actual, predicted) => (predicted[0] as number) - (actual[0] as number),
    );
    expect(bias.score(inputOf({ actual: [1.5], predicted: [2] }))).toBe(0.5);
  });

  it('rejects what is no metric', () => {
    expect(() => customMetric('', () => 0)).toThrow(/name must be/);
    expect(() => customMetric('x', 3 as never)).toThrow(/score must be a function/);
    expect(() => customMetric('x', () => 0, { direction: 'up' as never })).toThrow(
      /'maximize' or 'minimize', not "up"/,
    );
  });
});

describe('options of the wrong kind', () => {
  it.each<[() => unknown, RegExp]>([
    [
      () => precision({ average: 'samples' as never }),
      /average must be 'binary', 'macro', 'micro' or 'weighted'/,
    ],
    [() => recall({ zeroDivision: 2 as never }), /zeroDivision must be 0 or 1/],
    [() => f1({ beta: 2 } as never), /unknown option 'beta'/],
    [() => rocAuc({ average: 'micro' as never }), /average must be/],
  ])('%#', (make, message) => {
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  });
});
