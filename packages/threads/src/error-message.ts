import { inspect } from 'node:util';

import {
  InvalidResultError,
  TrialPruned,
  TrialStateError,
  TrialTimeoutError,
  TunableError,
  WorkerError,
  type ErrorCode,
} from '@tunable/core';

/**
 * What was thrown, in a form that crosses to another thread. The structured clone of an error would lose its class,
 * and with it the difference between a pruned and a failed trial.
 */
export type ErrorMessage =
  | {
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly code: string | number | undefined;
      readonly isTunable: boolean;
      readonly cause: ErrorMessage | undefined;
    }
  /** Something thrown that is not an error. */
  | { readonly thrown: unknown };

/** How many causes of causes are kept; a cycle of causes must end somewhere. */
const maxCauses = 5;

/** `error` (anything thrown) as a message. */
export function toMessage(error: unknown, depth: number = 0): ErrorMessage {
  if (!(error instanceof Error)) return { thrown: isCloneable(error) ? error : inspect(error) };
  const { code } = error as { code?: unknown };
  const hasCause = error.cause !== undefined && depth < maxCauses;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    isTunable: TunableError.isInstance(error),
    cause: hasCause ? toMessage(error.cause, depth + 1) : undefined,
  };
}

/**
 * The error that a message holds: of the same class where that is one of the language's or one that a trial can end
 * with, and with the same name, message, stack, code and cause in any case.
 */
export function fromMessage(message: ErrorMessage): unknown {
  if ('thrown' in message) return message.thrown;
  const error = create(message.name, message.message, message.code, message.isTunable);
  setHidden(error, 'name', message.name);
  setHidden(error, 'stack', message.stack);
  if (message.code !== undefined) Object.assign(error, { code: message.code });
  if (message.cause !== undefined) setHidden(error, 'cause', fromMessage(message.cause));
  return error;
}

/** `error` on one line, for quoting. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
}

const tunableErrors: Partial<Record<ErrorCode, new (message: string) => TunableError>> = {
  invalid_result: InvalidResultError,
  trial_pruned: TrialPruned,
  trial_state: TrialStateError,
  trial_timeout: TrialTimeoutError,
  worker: WorkerError,
};

const nativeErrors: Record<string, new (message: string) => Error> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

function create(name: string, message: string, code: string | number | undefined, isTunable: boolean): Error {
  if (!isTunable) return new (nativeErrors[name] ?? Error)(message);
  const Class = tunableErrors[code as ErrorCode];
  return Class === undefined ? new TunableError(code as ErrorCode, message) : new Class(message);
}

/** Sets a property that is not enumerable, as those of an error are, lest it is printed twice. */
function setHidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
