import { expect, test } from 'vitest';
import * as errors from './errors.ts';

const { InvalidSpaceError, TrialPruned, TunableError } = errors;

test('errors carry their class name, a code, and the cause', () => {
  const cause = new Error('disk full');
  const error = new errors.StorageError('could not write', { cause });
  expect(error).toBeInstanceOf(TunableError);
  expect(error).toMatchObject({ name: 'StorageError', code: 'storage', message: 'could not write', cause });
  expect(new InvalidSpaceError('x').code).toBe('invalid_space');
});

test('are recognized without instanceof, as those of another copy of the library', () => {
  const stranger = Object.assign(new Error('pruned'), {
    [Symbol.for('tunable.error')]: true,
    code: 'trial_pruned',
  });
  expect(TunableError.isInstance(stranger)).toBe(true);
  expect(TrialPruned.isInstance(stranger)).toBe(true);
  expect(TrialPruned.isInstance(new InvalidSpaceError('x'))).toBe(false);
  for (const other of [new Error('x'), null, undefined, 'text', {}])
    expect(TunableError.isInstance(other)).toBe(false);
});
