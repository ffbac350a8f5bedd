import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { journalLines, type JournalSource } from './journal-lines.ts';

async function linesOf(source: JournalSource): Promise<string[]> {
  const lines: string[] = [];
  for await (const some of journalLines(source)) lines.push(...some);
  return lines;
}

test('the lines of a text are the same however it is cut, and in which form it comes', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ü', '😀', '\r', ' ') });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(50)), line, async (complete, cuts, torn) => {
      const text = complete.map((one) => `${one}\n`).join('') + torn;
      const bytes = new TextEncoder().encode(text);
      const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
      const pieces = ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
      for (const source of [text, bytes, pieces, [text], Readable.from(pieces)]) {
        expect(await linesOf(source)).toEqual(complete);
      }
    }),
    { numRuns: 50 },
  );
});
