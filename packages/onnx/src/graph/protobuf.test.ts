import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeMessage, encodeMessage, type Schema } from './protobuf.ts';

interface Tree {
  size?: number;
  share?: number;
  name?: string;
  data?: Uint8Array;
  numbers?: readonly number[];
  children?: readonly Tree[];
}

const tree: Schema<Tree> = {
  size: { number: 1, holds: 'integer' },
  share: { number: 2, holds: 'float' },
  name: { number: 3, holds: 'string' },
  data: { number: 4, holds: 'bytes' },
  numbers: { number: 5, holds: 'integer', repeated: true },
  children: { number: 200, holds: () => tree, repeated: true },
};

describe('messages', () => {
  test('have the bytes of the format', () => {
    // The examples of the encoding's documentation: field 1 = 150; field 2 = 'testing', here as field 3.
    expect(encodeMessage(tree, { size: 150 })).toEqual(Uint8Array.of(0x08, 0x96, 0x01));
    expect(Array.from(encodeMessage(tree, { name: 'testing' }))).toEqual([
      0x1a, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
    expect(encodeMessage(tree, {})).toHaveLength(0);
  });

  test('come back as they went', () => {
    const { tree: trees } = fc.letrec((tie) => ({
      tree: fc.record({
        size: fc.maxSafeInteger(),
        share: fc.float({ noNaN: true }),
        name: fc.string({ unit: 'binary' }),
        data: fc.uint8Array(),
        numbers: fc.array(fc.integer()),
        children: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
      }),
    }));
    fc.assert(
      fc.property(trees, (message) => {
        expect(decodeMessage(tree, encodeMessage(tree, message as Tree))).toEqual(message);
      }),
    );
  });

  test('may hold packed numbers, unknown fields and a field twice', () => {
    // Field 5, length-delimited: 1, 150, 3; field 9 (varint), unknown; field 1 twice, of which the last counts.
    const bytes = Uint8Array.of(0x2a, 4, 1, 0x96, 1, 3, 0x48, 7, 0x08, 1, 0x08, 2);
    expect(decodeMessage(tree, bytes)).toEqual({ numbers: [1, 150, 3], size: 2, children: [] });
  });

  test('that are cut short, too long inside, or of another type are errors', () => {
    const bytes = encodeMessage(tree, { children: [{ name: 'a name' }], size: 3 });
    // After two bytes the first field is whole, so that much is a message.
    for (let end = 3; end < bytes.length; end++) {
      expect(() => decodeMessage(tree, bytes.subarray(0, end))).toThrow(Error);
    }
    expect(() => decodeMessage(tree, Uint8Array.of(0x0d, 0, 0, 0, 0))).toThrow(/another type/);
    expect(() => decodeMessage(tree, Uint8Array.of(0xc2, 0x0c, 1, 0x08, 1, 0x08))).toThrow(Error);
  });
});
