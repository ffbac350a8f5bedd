import { WorkerError, type Objective } from '@tunable/core';

import { describe } from './error-message.ts';
import type { ThreadData } from './messages.ts';

/**
 * Imports the objective's module, in the worker thread, and calls its factory if it exports one.
 *
 * @throws {WorkerError} the module cannot be imported, has no such export, or its factory failed; quotes the cause.
 */
export async function loadObjective(data: ThreadData): Promise<Objective<unknown>> {
  const { moduleUrl, exportName, isFactory, setup } = data;
  const exports = await importModule(moduleUrl);
  const exported = exports[exportName];
  if (typeof exported !== 'function') {
    const names = Object.keys(exports).join(', ') || 'nothing';
    throw new WorkerError(
      `${moduleUrl}: its export '${exportName}' must be a function, not ${typeof exported}; the module exports ${names}`,
    );
  }
  if (!isFactory) return exported as Objective<unknown>;
  const objective: unknown = await callFactory(exported as (setup: unknown) => unknown, setup, data);
  if (typeof objective !== 'function') {
    throw new WorkerError(
      `${moduleUrl}: with the option setup, '${exportName}' must return the objective, a function, not ${typeof objective}`,
    );
  }
  return objective as Objective<unknown>;
}

async function importModule(moduleUrl: string): Promise<Record<string, unknown>> {
  try {
    return (await import(moduleUrl)) as Record<string, unknown>;
  } catch (error) {
    // In a worker thread, Node leaves the file and line out of the stack of a syntax error.
    const advice = error instanceof SyntaxError ? '; run the file with node to see the line' : '';
    throw new WorkerError(`cannot import ${moduleUrl}: ${describe(error)}${advice}`, { cause: error });
  }
}

async function callFactory(
  factory: (setup: unknown) => unknown,
  setup: unknown,
  data: ThreadData,
): Promise<unknown> {
  try {
    return await factory(setup);
  } catch (error) {
    const message = `${data.moduleUrl}: the factory '${data.exportName}' failed: ${describe(error)}`;
    throw new WorkerError(message, { cause: error });
  }
}
