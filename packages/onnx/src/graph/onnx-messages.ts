/**
 * The messages of an ONNX file, as far as this package writes or reads them. Names, numbers and meanings are those of
 * `onnx.proto` (ONNX 1.12, IR version 8), in camel case.
 */
import type { Schema } from './protobuf.ts';

/** A whole file. */
export interface ModelProto {
  irVersion?: number;
  producerName?: string;
  producerVersion?: string;
  docString?: string;
  graph?: GraphProto;
  opsetImport?: readonly OperatorSetProto[];
  metadataProps?: readonly EntryProto[];
}

/** Which version of a set of operators a model uses; the domain of the standard ones is ''. */
interface OperatorSetProto {
  domain?: string;
  version?: number;
}

/** A text by its key: about the model, or where a tensor lies. */
interface EntryProto {
  key?: string;
  value?: string;
}

/** Nodes in an order in which they can be computed, with their constants. */
export interface GraphProto {
  node?: readonly NodeProto[];
  name?: string;
  initializer?: readonly TensorProto[];
  input?: readonly ValueInfoProto[];
  output?: readonly ValueInfoProto[];
}

/** One operator applied to named values; '' is an optional input that is left out. */
export interface NodeProto {
  input?: readonly string[];
  output?: readonly string[];
  name?: string;
  opType?: string;
  domain?: string;
  attribute?: readonly AttributeProto[];
}

/** A constant of a node; `type` says which field holds it, by {@link ATTRIBUTE_TYPES}. */
export interface AttributeProto {
  name?: string;
  type?: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats?: readonly number[];
  ints?: readonly number[];
}

/** Values of `AttributeProto.type`, by the field they stand for. */
export const ATTRIBUTE_TYPES = { f: 1, i: 2, s: 3, t: 4, g: 5, floats: 6, ints: 7 } as const;

/**
 * A constant tensor: row-major, little-endian in `rawData`, or in another file (`dataLocation` 1), whose name is under `location` in
 * `externalData`; older files may use other fields, which are not read.
 */
export interface TensorProto {
  dims?: readonly number[];
  dataType?: number;
  name?: string;
  rawData?: Uint8Array;
  externalData?: readonly EntryProto[];
  dataLocation?: number;
}

/** The name and type of an input or output. */
export interface ValueInfoProto {
  name?: string;
  type?: TypeProto;
}

/** A type; tensors only, others have no `tensorType`. */
interface TypeProto {
  tensorType?: TensorTypeProto;
}

/** Element type, by the numbers of `TensorProto.dataType`, and shape; no shape means any. */
interface TensorTypeProto {
  elemType?: number;
  shape?: ShapeProto;
}

/** The dimensions of a tensor. */
interface ShapeProto {
  dim?: readonly DimensionProto[];
}

/** A length, or the name of one that is known only when the model runs; neither means any. */
interface DimensionProto {
  dimValue?: number;
  dimParam?: string;
}

const dimension: Schema<DimensionProto> = {
  dimValue: { number: 1, holds: 'integer' },
  dimParam: { number: 2, holds: 'string' },
};
const shape: Schema<ShapeProto> = { dim: { number: 1, holds: () => dimension, repeated: true } };
const tensorType: Schema<TensorTypeProto> = {
  elemType: { number: 1, holds: 'integer' },
  shape: { number: 2, holds: () => shape },
};
const type: Schema<TypeProto> = { tensorType: { number: 1, holds: () => tensorType } };
const valueInfo: Schema<ValueInfoProto> = {
  name: { number: 1, holds: 'string' },
  type: { number: 2, holds: () => type },
};
const entry: Schema<EntryProto> = {
  key: { number: 1, holds: 'string' },
  value: { number: 2, holds: 'string' },
};
const tensor: Schema<TensorProto> = {
  dims: { number: 1, holds: 'integer', repeated: true },
  dataType: { number: 2, holds: 'integer' },
  name: { number: 8, holds: 'string' },
  rawData: { number: 9, holds: 'bytes' },
  externalData: { number: 13, holds: () => entry, repeated: true },
  dataLocation: { number: 14, holds: 'integer' },
};
const attribute: Schema<AttributeProto> = {
  name: { number: 1, holds: 'string' },
  type: { number: 20, holds: 'integer' },
  f: { number: 2, holds: 'float' },
  i: { number: 3, holds: 'integer' },
  s: { number: 4, holds: 'bytes' },
  t: { number: 5, holds: () => tensor },
  g: { number: 6, holds: () => graph },
  floats: { number: 7, holds: 'float', repeated: true },
  ints: { number: 8, holds: 'integer', repeated: true },
};
const node: Schema<NodeProto> = {
  input: { number: 1, holds: 'string', repeated: true },
  output: { number: 2, holds: 'string', repeated: true },
  name: { number: 3, holds: 'string' },
  opType: { number: 4, holds: 'string' },
  domain: { number: 7, holds: 'string' },
  attribute: { number: 5, holds: () => attribute, repeated: true },
};
const graph: Schema<GraphProto> = {
  node: { number: 1, holds: () => node, repeated: true },
  name: { number: 2, holds: 'string' },
  initializer: { number: 5, holds: () => tensor, repeated: true },
  input: { number: 11, holds: () => valueInfo, repeated: true },
  output: { number: 12, holds: () => valueInfo, repeated: true },
};
const operatorSet: Schema<OperatorSetProto> = {
  domain: { number: 1, holds: 'string' },
  version: { number: 2, holds: 'integer' },
};

/** The fields of a whole file. */
export const modelSchema: Schema<ModelProto> = {
  irVersion: { number: 1, holds: 'integer' },
  producerName: { number: 2, holds: 'string' },
  producerVersion: { number: 3, holds: 'string' },
  docString: { number: 6, holds: 'string' },
  graph: { number: 7, holds: () => graph },
  opsetImport: { number: 8, holds: () => operatorSet, repeated: true },
  metadataProps: { number: 14, holds: () => entry, repeated: true },
};
