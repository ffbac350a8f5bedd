import type { TrialRecord } from '@tunable/core';
import { expect, it } from 'vitest';

import { printDetails, readDetails, type DetailsJSON } from './details.ts';

const written = (record: Partial<TrialRecord>): unknown => {
  const whole: TrialRecord = { number: 0, state: 'complete', row: new Float64Array(), attempt: 1, ...record };
  return readDetails(JSON.parse(printDetails(whole)) as DetailsJSON);
};

it('keeps every number exactly, also those that JSON lacks', () => {
  const { POSITIVE_INFINITY, NEGATIVE_INFINITY, MAX_VALUE, MIN_VALUE } = Number;
  const details = {
    values: [0.1 + 0.2, POSITIVE_INFINITY, NEGATIVE_INFINITY],
    constraints: [-1e-300, MIN_VALUE],
    metrics: { f1: 1 / 3, 'a "b"': Number.NaN },
    reports: {
      steps: [0, 2 ** 40],
      values: [Number.NaN, -MAX_VALUE],
      furtherObjectives: [{ steps: [1], values: [POSITIVE_INFINITY] }],
      metrics: { loss: { steps: [1, 2], values: [0.5, Number.NaN] } },
    },
    failure: { name: 'RangeError', message: 'out of "memory"\0\n', stack: 'at x' },
    cost: 2.5,
    startedAt: 1_795_449_378_983,
    finishedAt: 1_795_449_379_083,
  };
  expect(written(details)).toEqual(details);
});

it('leaves out what is not there', () => {
  expect(written({})).toEqual({});
  expect(Object.keys(written({ values: [1] }) as object)).toEqual(['values']);
});
