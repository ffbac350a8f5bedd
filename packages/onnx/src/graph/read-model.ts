import { InvalidArgumentError } from '@tunable/core';

import { elementTypeOf, type ElementType } from './element-type.ts';
import {
  modelSchema,
  type GraphProto,
  type ModelProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx-messages.ts';
import { decodeMessage } from './protobuf.ts';

/** What an `.onnx` file says about itself. */
export interface OnnxModelInfo {
  /** What must be fed, in the file's order; constants with an input's name are left out. */
  readonly inputs: readonly OnnxValueInfo[];
  /** What comes out, in the file's order. */
  readonly outputs: readonly OnnxValueInfo[];
  /** The operators used, those in the bodies of loops and branches too: sorted, each once, with its domain unless standard. */
  readonly operators: readonly string[];
  /** The version of the standard operators; undefined if the file uses none. */
  readonly opset: number | undefined;
  /** The texts that the file's author attached, by key. */
  readonly metadata: { readonly [key: string]: string };
}

/** An input or output of a model. */
export interface OnnxValueInfo {
  /** As it is fed and fetched. */
  readonly name: string;
  /** The type of its elements; undefined if it is no tensor, or of a type without a name in JavaScript. */
  readonly type: ElementType | undefined;
  /** Its dimensions: a length, or a name (perhaps '') where any length will do; undefined if anything goes. */
  readonly dimensions: readonly (number | string)[] | undefined;
}

/**
 * Reads what an ONNX model expects and gives, without running it.
 *
 * @param bytes the content of an `.onnx` file.
 * @throws {InvalidArgumentError} something else.
 */
export function readModel(bytes: Uint8Array): OnnxModelInfo {
  const { graph, opsetImport = [], metadataProps = [] } = decodeModel(bytes);
  if (graph === undefined) throw notOnnx(bytes, 'it holds no graph');
  const { input = [], output = [], initializer = [] } = graph;
  const constants = new Set(initializer.map(({ name }) => name));
  return {
    inputs: input.filter(({ name }) => !constants.has(name)).map(toInfo),
    outputs: output.map(toInfo),
    operators: [...new Set(operatorsOf(graph))].toSorted(),
    opset: opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version,
    metadata: Object.fromEntries(metadataProps.map(({ key = '', value = '' }) => [key, value])),
  };
}

/**
 * The files beside an `.onnx` file in which its large tensors lie, as it names them; sorted, each once. Usually none.
 *
 * @throws {InvalidArgumentError} bytes that are no `.onnx` file.
 */
export function externalFiles(bytes: Uint8Array): readonly string[] {
  const { graph } = decodeModel(bytes);
  const files = (graph === undefined ? [] : tensorsOf(graph)).flatMap(({ externalData = [] }) =>
    externalData.flatMap(({ key, value }) => (key === 'location' && value !== undefined ? [value] : [])),
  );
  return [...new Set(files)].toSorted();
}

function tensorsOf({ initializer = [], node = [] }: GraphProto): TensorProto[] {
  const attributes = node.flatMap(({ attribute = [] }) => attribute);
  return [
    ...initializer,
    ...attributes.flatMap(({ t, g }) => [...(t ? [t] : []), ...(g ? tensorsOf(g) : [])]),
  ];
}

function decodeModel(bytes: Uint8Array): ModelProto {
  try {
    return decodeMessage(modelSchema, bytes);
  } catch (error) {
    throw notOnnx(bytes, error instanceof Error ? error.message : String(error));
  }
}

function notOnnx(bytes: Uint8Array, why: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `expected the content of an .onnx file, not these ${bytes.length} bytes (${why}); was the file cut short, or is it of another format?`,
  );
}

function toInfo({ name = '', type }: ValueInfoProto): OnnxValueInfo {
  const { elemType = 0, shape } = type?.tensorType ?? {};
  return {
    name,
    type: elementTypeOf(elemType),
    dimensions: shape?.dim?.map(({ dimValue, dimParam = '' }) => dimValue ?? dimParam),
  };
}

function operatorsOf({ node = [] }: GraphProto): string[] {
  return node.flatMap(({ opType = '', domain = '', attribute = [] }) => [
    domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`,
    ...attribute.flatMap(({ g }) => (g === undefined ? [] : operatorsOf(g))),
  ]);
}
