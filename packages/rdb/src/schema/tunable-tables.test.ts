import { expect, it } from 'vitest';

import type { Dialect } from '../database.ts';
import { TUNABLE_VERSION, upgradeTunableTables } from './tunable-tables.ts';

const dialect = {
  types: { identity: 'INTEGER NOT NULL', double: 'FLOAT' },
  cascade: () => [],
} as unknown as Dialect;

it('takes each step from the version that is there to the newest, and says so in the database', () => {
  const steps = {
    1: () => ['one'],
    2: () => ['two', 'and a half'],
    3: () => ['three'],
  };
  const version = (n: number): string => `UPDATE tunable_version SET version = ${n}`;
  expect(upgradeTunableTables(dialect, 1, steps, 3)).toEqual([
    'two',
    'and a half',
    version(2),
    'three',
    version(3),
  ]);
  expect(upgradeTunableTables(dialect, 0, steps, 1)).toEqual(['one', version(1)]);
});

it('has nothing to do for the newest', () => {
  expect(upgradeTunableTables(dialect, TUNABLE_VERSION)).toEqual([]);
});

it('knows all steps', () => {
  expect(upgradeTunableTables(dialect, 0).at(-1)).toBe(
    `UPDATE tunable_version SET version = ${TUNABLE_VERSION}`,
  );
});
