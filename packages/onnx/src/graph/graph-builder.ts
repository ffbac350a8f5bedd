import { ELEMENT_TYPES, type ElementType } from './element-type.ts';
import {
  ATTRIBUTE_TYPES,
  modelSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx-messages.ts';
import { encodeMessage } from './protobuf.ts';

/** A value of a graph, by its name. */
export type Value = string;

/** A constant of a node: a whole number, a list of them, a text, a number with a fraction, or the body of a loop. */
export type Attribute = number | readonly number[] | string | { readonly float: number } | GraphProto;

/** Lengths of a tensor's dimensions; a name stands for one that is known only when the graph runs. */
export type Dimensions = readonly (number | string)[];

/** The precision of a graph's real numbers. */
export type FloatType = 'float32' | 'float64';

/** The standard operators' version that graphs are written in: ONNX 1.12, which ONNX Runtime knows since 1.12 (2022). */
const OPSET = 17;

const IR_VERSION = 8;

/**
 * Collects the nodes of an ONNX graph in the order of computation. Values are names; every method that adds something
 * returns the name of what it computes.
 */
export class GraphBuilder {
  /** The precision of the real numbers of this graph. */
  readonly floatType: FloatType;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #constants = new Map<string, Value>();
  /** What nodes compute, and is no output yet. */
  readonly #computed = new Set<Value>();
  /** What outputs are called, by what they were called before. */
  readonly #renamed = new Map<Value, string>();
  readonly #prefix: string;
  #count = 0;

  /**
   * @param floatType precision of {@link scalar} and {@link floats}. Default `'float32'`.
   * @param prefix starts every name that the builder makes up; the body of a loop sees the names around it, so needs its own.
   */
  constructor(floatType: FloatType = 'float32', prefix = '') {
    this.floatType = floatType;
    this.#prefix = prefix;
  }

  /** Declares an input; of the graph's precision unless `type` says otherwise. */
  input(name: string, dimensions: Dimensions, type: ElementType = this.floatType): Value {
    this.#inputs.push(valueInfo(name, type, dimensions));
    return name;
  }

  /** Declares that `value` leaves the graph under the name `name`, which becomes its name if a node computes it. */
  output(name: string, value: Value, dimensions: Dimensions, type: ElementType = this.floatType): void {
    this.#outputs.push(valueInfo(name, type, dimensions));
    if (!this.#computed.delete(value)) {
      // An input, a constant, or an output already: it needs a copy of another name.
      this.#nodes.push({
        opType: 'Identity',
        name: this.#name('Identity'),
        input: [this.#resolve(value)],
        output: [name],
      });
      return;
    }
    this.#renamed.set(value, name);
    for (const [index, node] of this.#nodes.entries()) {
      const { input = [], output = [] } = node;
      if (!input.includes(value) && !output.includes(value)) continue;
      const rename = (other: Value): Value => (other === value ? name : other);
      this.#nodes[index] = { ...node, input: input.map(rename), output: output.map(rename) };
    }
  }

  /** Adds a node with one output. An input that is '' is left out. */
  add(
    operator: string,
    inputs: readonly Value[],
    attributes: { readonly [name: string]: Attribute } = {},
  ): Value {
    return this.addMany(operator, inputs, 1, attributes)[0] as Value;
  }

  /** Adds a node with several outputs. */
  addMany(
    operator: string,
    inputs: readonly Value[],
    outputCount: number,
    attributes: { readonly [name: string]: Attribute } = {},
  ): Value[] {
    const name = this.#name(operator);
    const outputs = Array.from({ length: outputCount }, (_, i) => (i === 0 ? name : `${name}_${i}`));
    for (const output of outputs) this.#computed.add(output);
    this.#nodes.push({
      opType: operator,
      name,
      input: inputs.map((value) => this.#resolve(value)),
      output: outputs,
      attribute: Object.entries(attributes).map(([key, value]) => toAttribute(key, value)),
    });
    return outputs;
  }

  /** A constant number of the graph's precision, without dimensions. Equal numbers share one constant. */
  scalar(value: number): Value {
    return this.#shared(`scalar ${value}`, () => this.floats([value], []));
  }

  /** A constant list of whole numbers (shapes, axes). Equal lists share one constant. */
  integers(values: readonly number[], dimensions: readonly number[] = [values.length]): Value {
    return this.#shared(`integers ${values.join(' ')} as ${dimensions.join(' ')}`, () =>
      this.constant('int64', dimensions, BigInt64Array.from(values, BigInt)),
    );
  }

  /** A constant tensor of the graph's precision. */
  floats(values: ArrayLike<number>, dimensions: readonly number[], name?: string): Value {
    const data = this.floatType === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
    return this.constant(this.floatType, dimensions, data, name);
  }

  /** A constant tensor. Its elements are copied. */
  constant(type: ElementType, dimensions: readonly number[], data: ArrayBufferView, name?: string): Value {
    const value = name ?? this.#name('constant');
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    this.#initializers.push({ name: value, dims: dimensions, dataType: ELEMENT_TYPES[type], rawData: bytes });
    return value;
  }

  /** The graph so far, as the body of a loop. */
  toGraph(name: string): GraphProto {
    return {
      name,
      node: this.#nodes,
      initializer: this.#initializers,
      input: this.#inputs,
      output: this.#outputs,
    };
  }

  /**
   * The graph as the content of an `.onnx` file.
   *
   * @param name what the graph is called.
   * @param metadata texts by key, which runtimes give back.
   */
  toModel(name: string, metadata: { readonly [key: string]: string } = {}): Uint8Array<ArrayBuffer> {
    return encodeMessage(modelSchema, {
      irVersion: IR_VERSION,
      producerName: '@tunable/onnx',
      opsetImport: [{ domain: '', version: OPSET }],
      graph: this.toGraph(name),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
  }

  #resolve(value: Value): Value {
    return this.#renamed.get(value) ?? value;
  }

  #name(operator: string): string {
    return `${this.#prefix}${operator}_${this.#count++}`;
  }

  #shared(key: string, make: () => Value): Value {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.#constants.set(key, value);
    return value;
  }
}

function toAttribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPES.i, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPES.s, s: new TextEncoder().encode(value) };
  if (isList(value)) return { name, type: ATTRIBUTE_TYPES.ints, ints: value };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPES.f, f: value.float };
  return { name, type: ATTRIBUTE_TYPES.g, g: value };
}

function isList(value: object): value is readonly number[] {
  return Array.isArray(value);
}

function valueInfo(name: string, type: ElementType, dimensions: Dimensions): ValueInfoProto {
  const dim = dimensions.map((length) =>
    typeof length === 'number' ? { dimValue: length } : { dimParam: length },
  );
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } };
}
