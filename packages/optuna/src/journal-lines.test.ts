import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { InvalidArgumentError } from '@tunable/core';
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
    fc.asyncProperty(
      fc.array(line, { minLength: 1 }),
      fc.array(fc.nat(50)),
      line,
      async (complete, cuts, torn) => {
        const text = complete.map((one) => `${one}\n`).join('') + torn;
        const bytes = new TextEncoder().encode(text);
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
        for (const source of [text, bytes, pieces, [text], Readable.from(pieces)]) {
          expect(await linesOf(source)).toEqual(complete);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('the path of a file is no text of a journal, nor is a torn line', async () => {
  await expect(linesOf('py.log')).rejects.toThrow(InvalidArgumentError);
  await expect(linesOf('py.log')).rejects.toThrow(/no complete line \(it is "py\.log"\).*createReadStream/);
  await expect(linesOf(['{"op_code":', '0,"wor'])).rejects.toThrow('it is "{\\"op_code\\":0,\\"wor"');
  for (const wrong of [undefined, null, 7, new URL('file:///py.log')])
    await expect(linesOf(wrong as never)).rejects.toThrow(/from must be the text of a journal/);
});

test('an empty file is the journal of nobody yet', async () => {
  for (const source of ['', new Uint8Array(), [], Readable.from([])])
    expect(await linesOf(source)).toEqual([]);
});
