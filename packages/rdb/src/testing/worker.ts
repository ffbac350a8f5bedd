import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  createStudy,
  grid,
  int,
  noPruning,
  random,
  space,
  TunableError,
  type Storage,
  type StudyStore,
} from '@tunable/core';

import { valueOf, type Plan, type WorkerEvent } from './plan.ts';

// A worker of the proofs with real processes: node worker.js PLAN

const plan = JSON.parse(process.argv[2] ?? '') as Plan;
// Whoever started it is gone.
process.stdin.on('end', () => process.exit(1)).resume();
const emit = (event: WorkerEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

try {
  const study = await createStudy({
    name: plan.study,
    storage: dying(await storageOf(plan)),
    openIfExists: true,
    space: space({ a: int(0, 24), b: int(0, 19) }),
    seed: 1,
    optimizer: plan.optimizer === 'grid' ? grid() : random(),
    pruner: noPruning(),
  });
  emit({ event: 'opened' });
  study.on('trialFinished', ({ number, state, value }) =>
    emit({ event: 'acknowledged', number, state, ...(value === undefined ? {} : { value }) }),
  );
  let count = 0;
  const { reason } = await study.optimize(
    async (params, trial) => {
      const { number, attempt, signal } = trial;
      emit({ event: 'started', number, attempt });
      signal.addEventListener('abort', () =>
        emit({ event: 'aborted', number, reason: String(signal.reason) }),
      );
      await trial.report(0, valueOf(params));
      if (plan.pauseMs !== undefined) await sleep(plan.pauseMs);
      if (count++ === plan.hangAt) {
        emit({ event: 'hanging', number });
        await once(process.stdin, 'data');
      }
      return valueOf(params);
    },
    { trials: plan.trials },
  );
  emit({ event: 'ended', reason });
  await study.close();
} catch (error) {
  const { name, message } = error as Error;
  emit({ event: 'failed', name, message, ...(TunableError.isInstance(error) ? { code: error.code } : {}) });
  process.exitCode = 1;
}
process.stdin.destroy();

async function storageOf({ storage }: Plan): Promise<Storage> {
  const { module, place, options } = storage;
  const made = (await import(module)) as { [name: string]: (place: string, options?: object) => Storage };
  const make = made[module === '@tunable/postgres' ? 'postgres' : 'sqlite'];
  return (make as (place: string, options?: object) => Storage)(place, options);
}

/** The storage, with a worker that dies as planned when it ends a trial. */
function dying(storage: Storage): Storage {
  const { dieAt } = plan;
  if (dieAt === undefined) return storage;
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  let told = 0;
  const withDeath = (store: StudyStore): StudyStore =>
    overriding(store, {
      async tell(record) {
        if (told++ < dieAt.trial) return store.tell(record);
        if (dieAt.moment === 'before') die();
        const telling = store.tell(record);
        // Long enough for statements to have been sent, and too short for a commit to be waited for.
        if (dieAt.moment === 'during') setImmediate(die);
        await telling;
        die();
      },
    });
  return overriding(storage, {
    create: async (...args) => withDeath(await storage.create(...args)),
    open: async (name) => withDeath(await storage.open(name)),
  });
}

function overriding<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
