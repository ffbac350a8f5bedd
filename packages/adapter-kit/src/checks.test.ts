import { createRandom, type Optimizer, type Pruner } from '@tunable/core';
import { expect, test } from 'vitest';
import { CheckError, type Check } from './check.ts';
import { optimizerChecks } from './optimizer-checks.ts';
import { prunerChecks } from './pruner-checks.ts';

/** The names of the checks that an implementation fails. */
async function failures(checks: readonly Check[]): Promise<string[]> {
  const failed: string[] = [];
  for (const check of checks) {
    await check.run().catch(() => failed.push(check.name));
  }
  return failed;
}

test('an optimizer with hidden state is found out', async () => {
  let calls = 0;
  const forgetful = (): Optimizer => ({
    name: 'forgetful',
    suggest: ({ space }) => {
      const row = space.defaultRow();
      for (const { index, parameter } of space.leaves) {
        row[index] = parameter.isNominal
          ? calls % parameter.cardinality
          : parameter.fromUnit((++calls * 0.618) % 1);
      }
      return { row: space.deactivate(row) };
    },
  });
  const failed = await failures(optimizerChecks(forgetful, { conditional: false, dimensions: 1 }));
  expect(failed).toContain('one float: equal seeds give equal suggestions, other seeds others');
  expect(failed).toContain(
    'one float: continues after a restart as if there had been none, whatever order trials ended in',
  );
});

test('an optimizer that leaves the space is found out', async () => {
  const outside = (): Optimizer => ({
    name: 'outside',
    suggest: ({ space }) => ({ row: space.defaultRow().fill(1e9) }),
  });
  expect(
    (await failures(optimizerChecks(outside, { conditional: false, dimensions: 1 }))).length,
  ).toBeGreaterThan(20);
});

test('a pruner that prunes good trials, or by chance, is found out', async () => {
  const eager = (): Pruner => ({ name: 'eager', shouldPrune: ({ steps }) => steps.length > 3 });
  expect(await failures(prunerChecks(eager))).toContain(
    'minimize: never prunes a trial that is better than all before at every step',
  );
  const random = createRandom(1);
  const moody = (): Pruner => ({ name: 'moody', shouldPrune: () => random.uniform() < 0.05 });
  expect(await failures(prunerChecks(moody, { compares: false, prunes: false }))).toContain(
    'is a function of the reports: equal runs are pruned alike',
  );
});

test('errors say what was seen', () => {
  expect(new CheckError('5 pending trials have 3 different configurations').name).toBe('CheckError');
});
