/**
 * Protocol-buffer messages by tables of their fields, over the wire format of `@bufbuild/protobuf`. Only what ONNX files
 * use: no groups, no maps, no enums that are checked. Unknown fields are skipped when reading, as the format demands.
 *
 * Source: "Encoding", Protocol Buffers documentation (protobuf.dev/programming-guides/encoding).
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A field of a message: its number, what it holds, and whether it holds several. */
interface Field {
  readonly number: number;
  readonly holds: Scalar | (() => Fields);
  readonly repeated?: true;
}

/** Fields by name, whatever the message. */
interface Fields {
  readonly [name: string]: Field;
}

/** `integer` is any varint (int32, int64, enum) within ±2^53; `bytes` are not copied when read. */
type Scalar = 'integer' | 'float' | 'string' | 'bytes';

/** The fields of messages of type `T`, by name. */
export type Schema<T> = { readonly [K in keyof T]-?: Field };

const WIRE_TYPES: { readonly [S in Scalar]: WireType } = {
  integer: WireType.Varint,
  float: WireType.Bit32,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
};

/** A message as bytes. Fields that are undefined are left out. */
export function encodeMessage<T extends object>(schema: Schema<T>, message: T): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeFields(writer, schema, message);
  return writer.finish();
}

function writeFields(writer: BinaryWriter, schema: Fields, message: object): void {
  const values = message as { readonly [name: string]: unknown };
  for (const [name, { number, holds, repeated }] of Object.entries(schema)) {
    const value = values[name];
    if (value === undefined) continue;
    for (const item of repeated ? (value as readonly unknown[]) : [value]) {
      if (typeof holds === 'function') {
        writer.tag(number, WireType.LengthDelimited).fork();
        writeFields(writer, holds(), item as object);
        writer.join();
      } else {
        writer.tag(number, WIRE_TYPES[holds]);
        writeScalar(writer, holds, item);
      }
    }
  }
}

function writeScalar(writer: BinaryWriter, holds: Scalar, value: unknown): void {
  if (holds === 'integer') writer.int64(value as number);
  else if (holds === 'float') writer.float(value as number);
  else if (holds === 'string') writer.string(value as string);
  else writer.bytes(value as Uint8Array);
}

/**
 * Reads a message.
 *
 * @returns the fields that are there; a repeated field that is not is an empty list.
 * @throws {Error} bytes that are no such message.
 */
export function decodeMessage<T extends object>(schema: Schema<T>, bytes: Uint8Array): T {
  return readFields(new BinaryReader(bytes), bytes.length, schema) as T;
}

function readFields(reader: BinaryReader, end: number, schema: Fields): object {
  const message: { [name: string]: unknown } = {};
  const byNumber = new Map<number, [string, Field]>();
  for (const [name, field] of Object.entries(schema)) {
    byNumber.set(field.number, [name, field]);
    if (field.repeated) message[name] = [];
  }
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const known = byNumber.get(number);
    if (known === undefined) reader.skip(wireType, number);
    else {
      const [name, { holds, repeated }] = known;
      const items = readItems(reader, holds, wireType);
      if (repeated) (message[name] as unknown[]).push(...items);
      else message[name] = items.at(-1);
    }
  }
  if (reader.pos !== end) throw new RangeError('a message does not end where it should');
  return message;
}

/** The next value as a list; packed numbers are several. */
function readItems(reader: BinaryReader, holds: Field['holds'], wireType: WireType): unknown[] {
  if (typeof holds === 'function') {
    const length = reader.uint32();
    return [readFields(reader, reader.pos + length, holds())];
  }
  const expected = WIRE_TYPES[holds];
  if (wireType === expected) return [readScalar(reader, holds)];
  if (wireType !== WireType.LengthDelimited) throw new RangeError('a field of another type');
  const end = reader.uint32() + reader.pos;
  const items: unknown[] = [];
  while (reader.pos < end) items.push(readScalar(reader, holds));
  return items;
}

function readScalar(reader: BinaryReader, holds: Scalar): unknown {
  if (holds === 'integer') return Number(reader.int64());
  if (holds === 'float') return reader.float();
  return holds === 'string' ? reader.string() : reader.bytes();
}
