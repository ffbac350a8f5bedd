import { InvalidArgumentError } from '@tunable/core';
import { expect, test } from 'vitest';

import { checkSessionOptions } from './check-session-options.ts';

const check = (options: unknown, excluded?: readonly string[]) => () =>
  checkSessionOptions('call', options, excluded);

test('accepts what ONNX Runtime knows, in any nesting, and options of execution providers', () => {
  const extra = {
    session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } },
    'session.disable_prepacking': '1',
    ep: { webgpuexecutionprovider: { anything: 'x' } },
  };
  expect(check({ logSeverityLevel: 3, freeDimensionOverrides: { batch: 1 }, extra })).not.toThrow();
});

test('rejects an unknown key in extra, which ONNX Runtime would ignore, and lists its neighbours', () => {
  expect(check({ extra: { session: { intra_op: { alow_spinning: '0' } } } })).toThrow(InvalidArgumentError);
  expect(check({ extra: { session: { intra_op: { alow_spinning: '0' } } } })).toThrow(
    /unknown key 'session\.intra_op\.alow_spinning'.*session\.intra_op\.allow_spinning/,
  );
  expect(check({ extra: { sesion: '1' } })).toThrow(/optimization\.enable_gelu_approximation/);
  expect(check({ extra: { session: { disable_prepacking: null } } })).toThrow(/a text such as '1', not null/);
});

test('rejects unknown options, and those that the call decides itself', () => {
  expect(check({ threads: 4 })).toThrow(/unknown option 'threads'; the options are .*intraOpNumThreads/);
  expect(check({ executionProviders: ['cpu'] }, ['executionProviders'])).toThrow(
    /unknown option 'executionProviders'/,
  );
  expect(check('fast')).toThrow(/must be an object, not "fast"/);
});
