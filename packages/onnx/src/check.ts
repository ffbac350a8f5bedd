import { InvalidArgumentError, UnsupportedError } from '@tunable/core';

import type { OnnxRuntime } from './runtime.ts';

/**
 * Rejects options that are not an object, and option names that do not exist.
 *
 * @param owner the call, as the user wrote it, for the message.
 */
export function checkOptions(owner: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidArgumentError(`${owner}: options must be an object, not ${show(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw new InvalidArgumentError(
        `${owner}: unknown option '${name}'; the options are ${names.join(', ')}`,
      );
    }
  }
}

/** What a number must be. */
interface NumberRule {
  min?: number;
  max?: number;
  integer?: boolean;
}

/** `value` if it is a number that obeys `rule`; throws an `InvalidArgumentError` naming `owner` and `name` otherwise. */
export function checkNumber(owner: string, name: string, value: unknown, rule: NumberRule = {}): number {
  const { min = -Infinity, max = Infinity, integer = false } = rule;
  if (typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value))) {
    return value;
  }
  const kind = integer ? 'a whole number' : 'a number';
  const range =
    min > -Infinity && max < Infinity
      ? ` from ${min} to ${max}`
      : min > -Infinity
        ? ` of at least ${min}`
        : max < Infinity
          ? ` of at most ${max}`
          : '';
  throw new InvalidArgumentError(`${owner}: ${name} must be ${kind}${range}, not ${show(value)}`);
}

/** `value` if it is one of `allowed`; throws an `InvalidArgumentError` that lists them otherwise. */
export function checkOneOf<T>(owner: string, name: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw new InvalidArgumentError(
    `${owner}: ${name} must be one of ${allowed.map(show).join(', ')}, not ${show(value)}`,
  );
}

/** Rejects what is neither `onnxruntime-node` nor `onnxruntime-web`. */
export function checkRuntime(owner: string, runtime: unknown): OnnxRuntime {
  const given = runtime as Partial<OnnxRuntime> | null | undefined;
  if (typeof given?.InferenceSession?.create === 'function' && typeof given.Tensor === 'function') {
    checkVersion(owner, given.env?.versions.common);
    return given as OnnxRuntime;
  }
  throw new InvalidArgumentError(
    `${owner}: runtime must be the module onnxruntime-node or onnxruntime-web (import * as ort from 'onnxruntime-node'), not ${show(runtime)}`,
  );
}

/** The first version whose sessions tell the names, types and shapes of their inputs. */
const OLDEST_MINOR = 22;

function checkVersion(owner: string, version: string | undefined): void {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major > 1 || (major === 1 && minor >= OLDEST_MINOR)) return;
  throw new UnsupportedError(
    `${owner}: ONNX Runtime ${version ?? 'of an unknown version'} is too old; version 1.${OLDEST_MINOR} or newer is needed`,
  );
}

/** `value` as text for a message, at most 80 characters. */
export function show(value: unknown): string {
  const text = toText(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function toText(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  }
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  try {
    return JSON.stringify(value);
  } catch {
    return `an object of class ${value.constructor?.name ?? 'unknown'}`;
  }
}
