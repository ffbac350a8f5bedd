/** What runs in a worker thread: loads the objective once, then runs one trial after another as it is told. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

import { InvalidResultError, type Objective, type Report } from '@tunable/core';

import { describe, fromMessage, toMessage } from './error-message.ts';
import { loadObjective } from './load-objective.ts';
import type { FromThread, ThreadData, ToThread, TrialMessage } from './messages.ts';
import { ThreadTrial } from './thread-trial.ts';

interface Verdict {
  resolve(): void;
  reject(error: unknown): void;
}

const port = parentPort as MessagePort;
const objective = loadObjective(workerData as ThreadData);
// The first trial is told; until it arrives, a rejection must not count as unhandled.
objective.catch(() => {});

const verdicts = new Map<number, Verdict>();
let trial: ThreadTrial | undefined;
let reports = 0;

port.on('message', (message: ToThread) => {
  if (message.type === 'run') void run(message);
  else if (message.type === 'abort') trial?.abort(fromMessage(message.reason));
  else if (message.error === undefined) takeVerdict(message.number)?.resolve();
  else takeVerdict(message.number)?.reject(fromMessage(message.error));
});

async function run(message: TrialMessage): Promise<void> {
  const running = new ThreadTrial(message, sendReport);
  trial = running;
  let call: Objective<unknown>;
  try {
    call = await objective;
  } catch (error) {
    send({ type: 'unusable', error: toMessage(error) });
    return;
  }
  try {
    const result = await call(running.params, running);
    end(running);
    sendResult(result);
  } catch (error) {
    end(running);
    send({ type: 'error', error: toMessage(error) });
  }
}

function end(running: ThreadTrial): void {
  running.end();
  trial = undefined;
  verdicts.clear();
}

function sendReport(step: number, report: Report): Promise<void> {
  return new Promise((resolve, reject) => {
    reports++;
    send({ type: 'report', number: reports, step, report });
    verdicts.set(reports, { resolve, reject });
  });
}

function takeVerdict(number: number): Verdict | undefined {
  const verdict = verdicts.get(number);
  verdicts.delete(number);
  return verdict;
}

function sendResult(result: unknown): void {
  try {
    send({ type: 'result', result });
  } catch (error) {
    throw new InvalidResultError(
      `the objective's result cannot leave its thread (${describe(error)}); return numbers, or plain objects of them`,
    );
  }
}

function send(message: FromThread): void {
  port.postMessage(message);
}
