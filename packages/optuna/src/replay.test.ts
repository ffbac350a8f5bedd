import { StorageError } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { JournalReplay, type JournalStudy, type JournalTrial } from './replay.ts';

type Fields = Record<string, unknown>;

const entry = (op_code: number, fields: Fields): string =>
  JSON.stringify({ op_code, worker_id: 'w', ...fields });
const study = (study_name: string, directions: number[] = [1]): string =>
  entry(0, { study_name, directions });
const trial = (study_id: number, fields: Fields = {}): string =>
  entry(4, { study_id, datetime_start: '2026-11-23T10:00:00.000000+00:00', ...fields });
const waiting = (study_id: number): string => trial(study_id, { state: 4, datetime_start: null });
const param = (
  trial_id: number,
  param_name: string,
  param_value_internal: number,
  distribution: string,
): string => entry(5, { trial_id, param_name, param_value_internal, distribution });
const state = (trial_id: number, state_: number, values: number[] | null = null): string =>
  entry(6, { trial_id, state: state_, values, datetime_complete: '2026-11-23T10:00:01.000000+00:00' });
const claim = (trial_id: number, second: number): string =>
  entry(6, { trial_id, state: 0, values: null, datetime_start: `2026-11-23T10:00:0${second}.000000+00:00` });

function replay(...lines: string[]): JournalReplay {
  const journal = new JournalReplay();
  for (const line of lines) journal.apply(line);
  return journal;
}

const FLOAT = '{"type": "float", "low": 0, "high": 1}';

describe('identifiers', () => {
  test('of studies count those accepted: not repeated names, but deleted ones', () => {
    const { studies } = replay(
      study('a'),
      study('a', [2]),
      study('b'),
      entry(1, { study_id: 1 }),
      study('b', [2]),
      trial(1),
      trial(2),
      entry(2, { study_id: 2, user_attr: { k: 'v' } }),
      entry(3, { study_id: 0, system_attr: { s: 1 } }),
    );
    expect(studies.map(({ name, directions, trials }) => [name, directions, trials.length])).toEqual([
      ['a', ['minimize'], 0],
      ['b', ['maximize'], 1],
    ]);
    expect(studies[1]?.userAttributes).toEqual(new Map([['k', 'v']]));
    expect(studies[0]?.systemAttributes).toEqual(new Map([['s', 1]]));
  });

  test('of trials count those accepted, over all studies', () => {
    const { studies } = replay(
      study('a'),
      study('b'),
      trial(0),
      trial(7),
      trial(1),
      trial(0),
      state(2, 1, [5]),
      state(1, 1, [6]),
      state(3, 1, [7]),
    );
    expect(studies.map(({ trials }) => trials.map(({ number, values }) => [number, values?.[0]]))).toEqual([
      [
        [0, undefined],
        [1, 5],
      ],
      [[0, 6]],
    ]);
  });
});

describe('what comes too late has no effect', () => {
  test('anything said of a finished trial', () => {
    const [{ trials }] = replay(
      study('a'),
      trial(0),
      state(0, 1, [1]),
      state(0, 1, [2]),
      param(0, 'x', 0.5, FLOAT),
      entry(7, { trial_id: 0, step: 1, intermediate_value: 3 }),
      entry(8, { trial_id: 0, user_attr: { a: 1 } }),
      entry(9, { trial_id: 0, system_attr: { b: 1 } }),
    ).studies as [JournalStudy];
    const [told] = trials as [JournalTrial];
    expect(told).toMatchObject({ state: 'complete', values: [1], finishOrder: 0 });
    const { params, intermediateValues, userAttributes, systemAttributes } = told;
    expect([params, intermediateValues, userAttributes, systemAttributes].map(({ size }) => size)).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test('the second claim of a waiting trial', () => {
    const [only] = replay(study('a'), waiting(0), claim(0, 1), claim(0, 2)).studies;
    expect(only?.trials[0]).toMatchObject({ state: 'running', startedAt: Date.UTC(2026, 10, 23, 10, 0, 1) });
  });

  test('a distribution that does not go with the first', () => {
    const { studies } = replay(
      study('a'),
      study('b'),
      trial(0),
      trial(0),
      trial(1),
      param(0, 'x', 0.5, FLOAT),
      param(1, 'x', 3, '{"type": "int", "low": 0, "high": 9}'),
      param(1, 'x', 0.25, '{"type": "float", "low": 0, "high": 5}'),
      param(1, 'x', 0.75, '{"type": "float", "low": 0.1, "high": 5, "log": true}'),
      param(2, 'x', 3, '{"type": "int", "low": 0, "high": 9}'),
    );
    expect(studies[0]?.trials.map(({ params }) => params.get('x')?.value)).toEqual([0.5, 0.25]);
    expect(studies[1]?.trials.map(({ params }) => params.get('x')?.value)).toEqual([3]);
  });

  test('what Rustuna discards', () => {
    expect(replay(study('a'), trial(0), entry(10, { trial_ids: [0] })).studies[0]?.trials).toHaveLength(1);
  });
});

test('the order of finishing is that of the lines', () => {
  const [only] = replay(
    study('a'),
    trial(0),
    trial(0),
    trial(0),
    state(2, 2),
    state(0, 3),
    trial(0, { state: 1, value: 3 }),
  ).studies;
  expect(only?.trials.map((one) => one.finishOrder)).toEqual([1, Infinity, 0, 2]);
});

test('a trial may be created whole', () => {
  const whole = trial(0, {
    state: 1,
    value: null,
    values: [1, 2],
    datetime_complete: '2026-11-23T10:00:05.000000+00:00',
    distributions: { x: FLOAT },
    params: { x: 0.5 },
    user_attrs: { a: [1] },
    system_attrs: { b: null },
    intermediate_values: { '10': 1, '2': 2 },
  });
  const [only] = replay(study('a', [1, 2]), whole).studies;
  expect(only?.trials[0]).toEqual({
    number: 0,
    state: 'complete',
    params: new Map([['x', { name: 'x', value: 0.5, distribution: FLOAT }]]),
    values: [1, 2],
    intermediateValues: new Map([
      [2, 2],
      [10, 1],
    ]),
    userAttributes: new Map([['a', [1]]]),
    systemAttributes: new Map([['b', null]]),
    startedAt: Date.UTC(2026, 10, 23, 10),
    finishedAt: Date.UTC(2026, 10, 23, 10, 0, 5),
    finishOrder: 0,
  });
});

test('times without an offset are local, as Optuna 4 and older wrote them', () => {
  const [only] = replay(study('a'), trial(0, { datetime_start: '2024-05-06T07:08:09.123456' })).studies;
  expect(only?.trials[0]?.startedAt).toBe(new Date(2024, 4, 6, 7, 8, 9, 123).getTime());
});

describe('a line that is malformed', () => {
  test('is forgiven at the end, where somebody was writing it', () => {
    expect(replay(study('a'), '{"op_code":4,"stu').studies).toHaveLength(1);
  });

  test('is refused before others, by its number', () => {
    expect(() => replay(study('a'), '{"op_code":4,"stu', trial(0))).toThrow(StorageError);
    expect(() => replay(study('a'), '{"op_code":4,"stu', trial(0))).toThrow(
      'line 2 of the journal is not JSON',
    );
  });

  test.each<[string, string]>([
    ['[]', 'is not an object'],
    ['{}', 'has the unknown operation undefined'],
    [entry(11, {}), 'has the unknown operation 11'],
    [entry(0, { study_name: 'b' }), 'creates a study without a name or directions'],
    [entry(6, { trial_id: 0, state: 9 }), 'has the unknown state 9'],
    [entry(5, { trial_id: 0, param_name: 'x' }), "has no text in the field 'distribution'"],
    [param(0, 'x', 1, '{}'), 'not a distribution'],
    [entry(7, { trial_id: 0, step: '1' }), "has no number in the field 'step'"],
  ])('in what it says is refused: %s', (line, message) => {
    expect(() => replay(study('a'), trial(0), line)).toThrow(StorageError);
    expect(() => replay(study('a'), trial(0), line)).toThrow(
      `line 3 of the journal ${message.startsWith('not') ? '' : message}`,
    );
    expect(() => replay(study('a'), trial(0), line)).toThrow(message);
  });
});
