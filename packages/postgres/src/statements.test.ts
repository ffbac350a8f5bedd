import { expect, it } from 'vitest';
import { statements } from './statements.ts';

it('numbers the placeholders', () => {
  expect(statements(false)('SELECT a FROM t WHERE b = ? AND c IN (?, ?)')).toEqual({
    text: 'SELECT a FROM t WHERE b = $1 AND c IN ($2, $3)',
    name: undefined,
  });
});

it('names statements by their text, whoever prepares them', () => {
  const [one, other] = [statements(true), statements(true)];
  expect(one('SELECT ?').name).toBe(other('SELECT ?').name);
  expect(one('SELECT ?').name).not.toBe(one('SELECT 1').name);
  // PostgreSQL cuts longer names.
  expect(Buffer.byteLength(one('SELECT ?').name ?? '')).toBeLessThan(64);
});
