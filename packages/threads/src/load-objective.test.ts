import { WorkerError } from '@tunable/core';
import { describe, expect, it } from 'vitest';

import { makeTrial, open, openModule, rejection } from './fixtures/harness.ts';

const absent = new URL('absent.mjs', import.meta.url);

describe('a module that cannot be loaded fails its trial with the cause', () => {
  it.each([
    [
      'data:text/javascript,export default (',
      /^cannot import data:.*: SyntaxError: .*run the file with node/,
    ],
    [
      'data:text/javascript,import "node:nowhere"',
      /^cannot import data:.*: No such built-in module: node:nowhere/,
    ],
    [absent.href, /^cannot import file:.*: Error: Cannot find module .*absent\.mjs/],
    ['data:text/javascript,process.exit(3)', /its worker thread exited with code 3/],
  ])('%s', async (module, message) => {
    const error = await rejection(openModule(module)({}, makeTrial()));
    expect(error).toBeInstanceOf(WorkerError);
    expect(error.message).toMatch(message);
  });

  it.each([
    ['missing', {}, /its export 'missing' must be a function, not undefined; the module exports .*default/],
    ['notAFunction', {}, /its export 'notAFunction' must be a function, not number/],
    ['brokenFactory', { setup: 1 }, /the factory 'brokenFactory' failed: Error: no data today/],
    ['wrongFactory', { setup: 1 }, /'wrongFactory' must return the objective, a function, not number/],
  ])('the export %s', async (name, options, message) => {
    const error = await rejection(open(name, options)({}, makeTrial()));
    expect(error).toBeInstanceOf(WorkerError);
    expect(error.message).toMatch(message);
  });

  it('each trial, in turn', async () => {
    const objective = openModule(absent);
    const results = await Promise.allSettled([0, 1, 2].map((number) => objective({}, makeTrial(number))));
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'worker' } });
  });
});
