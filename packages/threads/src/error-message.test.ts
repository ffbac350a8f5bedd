import { InvalidSpaceError, TrialPruned, TrialTimeoutError, TunableError } from '@tunable/core';
import { describe, expect, it } from 'vitest';

import { fromMessage, toMessage } from './error-message.ts';

/** There and back, as `postMessage` would. */
function cross(error: unknown): unknown {
  return fromMessage(structuredClone(toMessage(error)));
}

describe('an error that crosses threads', () => {
  it.each([new Error('a'), new TypeError('b'), new TrialPruned('c'), new TrialTimeoutError('d')])(
    '%s is the same',
    (error) => {
      const crossed = cross(error) as Error;
      expect(Object.getPrototypeOf(crossed)).toBe(Object.getPrototypeOf(error));
      expect(crossed).toMatchObject({ name: error.name, message: error.message, stack: error.stack });
    },
  );

  it('keeps the code of every error of the library', () => {
    const crossed = cross(new InvalidSpaceError('reversed bounds'));
    expect(TunableError.isInstance(crossed)).toBe(true);
    expect(crossed).toMatchObject({
      name: 'InvalidSpaceError',
      code: 'invalid_space',
      message: 'reversed bounds',
    });
  });

  it('survives a cycle of causes', () => {
    const error = new Error('a');
    error.cause = new Error('b', { cause: error });
    expect((cross(error) as Error).cause).toMatchObject({ message: 'b' });
  });

  it('may be any value, shown as text if it cannot cross', () => {
    expect(cross(undefined)).toBe(undefined);
    expect(cross({ reason: 1 })).toEqual({ reason: 1 });
    expect(cross(() => 1)).toBe('[Function (anonymous)]');
  });
});
