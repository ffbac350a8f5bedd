/** The element types of tensors, under the names that ONNX Runtime's JavaScript API gives them, with ONNX's numbers. */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const;

/** What the elements of a tensor are. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** The name of the type with this number; `undefined` for one that the JavaScript API has no name for. */
export function elementTypeOf(number: number): ElementType | undefined {
  return (Object.keys(ELEMENT_TYPES) as ElementType[]).find((name) => ELEMENT_TYPES[name] === number);
}
