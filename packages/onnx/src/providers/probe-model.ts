/** What the probe model is given: one row. */
export const PROBE_INPUT: readonly number[] = [1, 1];

/** What it must answer: max(0, x W + b) with W = [[1, -2], [3, 4]] and b = [0.5, -1]. */
export const PROBE_OUTPUT: readonly number[] = [4.5, 1];

/** A matrix product, a bias and a ReLU, as an ONNX file of opset 17 in base64: input x [n, 2], output y [n, 2]. */
const PROBE_BASE64 =
  'CAgSADqFAQoSCgF4CgF3CgFiEgFnIgRHZW1tCgwKAWcSAXkiBFJlbHUSBXByb2JlKhsIAggCEAFCAXdKEAAAgD8AAADAAABAQAAAgEAqEQgCEAFCAWJK' +
  'CAAAAD8AAIC/WhQKAXgSDwoNCAESCQoDEgFuCgIIAmIUCgF5Eg8KDQgBEgkKAxIBbgoCCAJCBAoAEBE=';

/** The smallest model that tells whether an execution provider computes, and rightly. */
export function probeModel(): Uint8Array {
  return Uint8Array.from(atob(PROBE_BASE64), (character) => character.charCodeAt(0));
}
