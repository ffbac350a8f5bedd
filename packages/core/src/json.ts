/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Whether `value` is a {@link JsonValue}: no NaN, infinity, undefined, function, class instance or cycle. */
export function isJsonValue(value: unknown): value is JsonValue {
  return isJson(value, []);
}

/** Whether `value` is a plain object that JSON can hold; not a list. */
export function isJsonObject(value: unknown): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isJsonValue(value);
}

function isJson(value: unknown, ancestors: readonly unknown[]): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || ancestors.includes(value)) return false;
  const path = [...ancestors, value];
  if (Array.isArray(value)) return value.every((item) => isJson(item, path));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((item) => isJson(item, path));
}

/** A copy of `value` that cannot be changed, in all its depth. */
export function frozenCopy<T extends JsonValue>(value: T): T {
  return freeze(structuredClone(value));
}

function freeze<T extends JsonValue>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) freeze(item);
  return Object.freeze(value);
}

/** `value` as text for a message: JSON where possible, at most 80 characters. */
export function show(value: unknown): string {
  const text = toText(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function toText(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (isJsonValue(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(toText).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `an object of class ${value.constructor?.name ?? 'unknown'}`;
  const primitive = value as number | bigint | symbol | undefined;
  return String(primitive);
}
