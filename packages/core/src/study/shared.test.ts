import { describe, expect, test } from 'vitest';
import {
  asha,
  createStudy,
  float,
  grid,
  int,
  openStudy,
  random,
  space,
  StorageError,
  type Objective,
  type Study,
} from '../index.ts';
import type { StudyStore } from '../storage/storage.ts';
import { leasedMemory, type LeasedMemory } from '../testing/leased-memory.ts';

const LEASE = 300;
const searched = space({ x: float(0, 1) });
type P = { x: number };

const join = (storage: LeasedMemory): Promise<Study<P>> =>
  createStudy({ space: searched, optimizer: random(), storage, name: 's', openIfExists: true });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
/** What a process does that is killed: it is given trials, and never heard of again. */
async function die(storage: LeasedMemory, trials: number): Promise<void> {
  const store = await storage.open('s');
  for (let i = 0; i < trials; i++) {
    await store.ask((_, { number, waiting }) => ({
      ...(waiting ?? { number, row: Float64Array.of(0.5), by: 'dead' }),
      state: 'running',
      attempt: (waiting?.attempt ?? 0) + 1,
      startedAt: 0,
    }));
  }
}

describe('workers of one study', () => {
  test('finish its trials together, and all of them return when all is finished', async () => {
    const storage = leasedMemory(LEASE);
    const workers = await Promise.all([1, 2, 3, 4].map(() => join(storage)));
    const seen: number[] = [];
    const results = await Promise.all(
      workers.map((study) =>
        study.optimize(
          async ({ x }, { number }) => {
            seen.push(number);
            await sleep(5 * x);
            return x;
          },
          { trials: 40, concurrency: 2 },
        ),
      ),
    );
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(results.map(({ reason }) => reason)).toEqual(['trials', 'trials', 'trials', 'trials']);
    expect(results.reduce((sum, { finished }) => sum + finished, 0)).toBe(40);
    for (const study of workers) expect(study.progress.finishedCount).toBe(40);
  });

  test('wait for a lost trial that another takes over between two looks', async () => {
    const storage = leasedMemory(LEASE);
    const other = await join(storage);
    await die(storage, 1);
    await sleep(LEASE + 50);
    let looks = 0;
    const open = async (name: string): Promise<StudyStore> => {
      const store = await storage.open(name);
      const beat = store.beat?.bind(store) as NonNullable<StudyStore['beat']>;
      return Object.assign(store, {
        async beat(running: Parameters<typeof beat>[0]) {
          const reply = await beat(running);
          // The first look is for requests to stop.
          if (++looks !== 2) return reply;
          // The trial was back in the queue when it was looked for; then the other was faster.
          const trial = await other.ask();
          setTimeout(() => void other.tell(trial, 1), 100);
          return { ...reply, others: 0 };
        },
      });
    };
    const study = await join({ ...storage, open });
    expect(await study.optimize(() => 2, { trials: 1 })).toMatchObject({ reason: 'trials', finished: 0 });
    expect(study.trials.map(({ state, attempt }) => [state, attempt])).toEqual([['complete', 2]]);
  });

  test('run again what a dead one has begun, even when that was the rest', async () => {
    const storage = leasedMemory(LEASE);
    const study = await join(storage);
    await die(storage, 3);
    const attempts: string[] = [];
    const started: string[] = [];
    study.on('trialStarted', ({ number, attempt }) => started.push(`${number}.${attempt}`));
    const result = await study.optimize(
      ({ x }, { number, attempt }) => {
        attempts.push(`${number}.${attempt}`);
        return x;
      },
      { trials: 5 },
    );
    expect(result).toMatchObject({ reason: 'trials', finished: 5, detail: 'the study has its 5 trials' });
    expect(attempts.toSorted()).toEqual(['0.2', '1.2', '2.2', '3.1', '4.1']);
    expect(started).toEqual(attempts);
    expect(study.trials.map(({ state }) => state)).toEqual(Array(5).fill('complete'));
  });

  test('say what they wait for, where progress is shown', async () => {
    const storage = leasedMemory(LEASE);
    const [study, other] = [await join(storage), await join(storage)];
    const mine = await other.ask();
    const lines: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = (text: string | Uint8Array) => {
      lines.push(String(text));
      if (String(text).includes('waiting')) setTimeout(() => void other.tell(mine, 1), 300);
      return true;
    };
    try {
      await study.optimize(() => 2, { trials: 2, progress: true });
    } finally {
      process.stderr.write = write;
    }
    const waiting = lines.filter((line) => line.includes('waiting'));
    expect(waiting).toEqual([
      expect.stringMatching(
        /1\/2 trials {2}waiting for trial 0 of another process {2}best 2 .* 1 running\n$/,
      ),
    ]);
    expect(lines.at(-1)).not.toContain('waiting');
    await other.close();
  });

  test('run again the points of a grid that a dead one has begun', async () => {
    const storage = leasedMemory(LEASE);
    const cells = space({ n: int(0, 5) });
    const make = () =>
      createStudy({ space: cells, optimizer: grid(), storage, name: 's', openIfExists: true });
    const [dead, alive] = [await make(), await make()];
    const lost = await (
      await storage.open('s')
    ).ask((_, { number }) => ({
      number,
      state: 'running',
      row: Float64Array.of(3),
      attempt: 1,
    }));
    expect(lost).not.toBeNull();
    await dead.close();
    const result = await alive.optimize(({ n }) => n, { timeout: '10s' });
    expect(result.reason).toBe('exhausted');
    expect(alive.trials.map(({ params }) => params.n).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(alive.progress.finishedCount).toBe(6);
  });

  test('give up a trial that kills them again and again', async () => {
    const storage = leasedMemory(20);
    const study = await join(storage);
    for (let life = 0; life < 3; life++) {
      await die(storage, 1);
      await sleep(30);
    }
    await study.optimize(({ x }) => x, { trials: 2 });
    expect(study.trials[0]).toMatchObject({
      state: 'failed',
      attempt: 3,
      failure: { name: 'LostTrialError' },
    });
    expect(study.trials[1]?.state).toBe('complete');
  });

  test('keep their leases for as long as an objective takes', async () => {
    const storage = leasedMemory(LEASE);
    const [first, second] = [await join(storage), await join(storage)];
    const starts: number[] = [];
    const objective: Objective<P> = async (_, { number }) => {
      starts.push(number);
      await sleep(number === 0 ? 4 * LEASE : 1);
      return 1;
    };
    await Promise.all([first, second].map((study) => study.optimize(objective, { trials: 4 })));
    expect(starts.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  test('do so for trials that were asked for, too', async () => {
    const storage = leasedMemory(LEASE);
    const [first, second] = [await join(storage), await join(storage)];
    const mine = await first.ask();
    await sleep(3 * LEASE);
    expect((await second.ask()).number).toBe(1);
    await first.tell(mine, 1);
    await first.close();
  });

  test('have no timer that keeps their process alive', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const study = await join(leasedMemory(LEASE));
    const before = timers();
    await study.optimize(({ x }) => x, { trials: 3 });
    await study.ask();
    expect(timers()).toBe(before);
    await study.close();
  });

  test('abort an attempt that was given to somebody else, and record nothing of it', async () => {
    const storage = leasedMemory(LEASE);
    const [slow, fast] = [await join(storage), await join(storage)];
    const lost: unknown[] = [];
    slow.on('trialLost', (event) => lost.push(event.number, event.attempt));
    let reason: unknown;
    const running = slow.optimize(
      async (_, { signal, number }) => {
        if (number > 0) return 3;
        // As a computer that slept: no heartbeat came through.
        storage.isDown = true;
        await sleep(2 * LEASE);
        storage.isDown = false;
        const other = await fast.ask();
        expect([other.number, other.attempt]).toEqual([0, 2]);
        await fast.tell(other, 2);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        reason = signal.reason;
        return 1;
      },
      { trials: 2 },
    );
    const result = await running;
    expect(result.finished).toBe(1);
    expect(result.warnings).toEqual([expect.stringMatching(/attempt 1 at trial 0/)]);
    expect(reason).toMatchObject({ code: 'stale_trial' });
    expect(lost).toEqual([0, 1]);
    expect(slow.trials.map(({ value }) => value)).toEqual([2, 3]);
  });

  test('do not take a trial of their own for lost when they wake up first', async () => {
    const storage = leasedMemory(LEASE);
    const study = await join(storage);
    const mine = await study.ask();
    const until = Date.now() + 1.2 * LEASE;
    while (Date.now() < until); // Nothing else runs meanwhile, and no heartbeat.
    expect((await study.ask()).number).toBe(1);
    expect(mine.signal.aborted).toBe(false);
    await study.tell(mine, 1);
    await study.close();
  });

  test('do not wait for one another with trials that are paused', async () => {
    const storage = leasedMemory(LEASE);
    const workers = await Promise.all(
      [1, 2].map(() =>
        createStudy({
          space: searched,
          optimizer: random(),
          pruner: asha({ minResource: 1, maxResource: 9, calibration: 0 }),
          storage,
          name: 's',
          openIfExists: true,
        }),
      ),
    );
    const objective: Objective<P> = async ({ x }, trial) => {
      for (let step = 0; step < 9; step++) {
        await sleep(1);
        await trial.report(step, x);
      }
      return x;
    };
    await Promise.all(workers.map((study) => study.optimize(objective, { trials: 20, concurrency: 2 })));
    for (const study of workers) expect(study.progress.finishedCount).toBe(20);
  });

  test('stop when anybody asks them to, and go on when they are called again', async () => {
    const storage = leasedMemory(LEASE);
    const [first, second, third] = [await join(storage), await join(storage), await join(storage)];
    const objective: Objective<P> = async () => {
      await sleep(5);
      return 1;
    };
    const runs = [first, second].map((study) => study.optimize(objective, { trials: 100_000 }));
    await sleep(20);
    await third.requestStop();
    expect((await Promise.all(runs)).map(({ reason }) => reason)).toEqual(['stopped', 'stopped']);
    await first.refresh();
    expect(first.trials.every(({ state }) => state === 'complete')).toBe(true);
    const trials = first.progress.finishedCount + 2;
    expect((await first.optimize(objective, { trials })).finished).toBe(2);
  });

  test('prune a trial when anybody asks them to', async () => {
    const storage = leasedMemory(LEASE);
    const [first, second] = [await join(storage), await join(storage)];
    const ended = first.optimize(
      async (_, trial) => {
        await trial.report(0, 0.25);
        await new Promise((resolve) => trial.signal.addEventListener('abort', resolve));
        return 1;
      },
      { trials: 1 },
    );
    await sleep(10);
    await second.refresh();
    await second.requestPrune(0);
    await ended;
    expect(first.trials[0]).toMatchObject({ state: 'pruned', value: 0.25 });
    await expect(second.requestPrune(0)).rejects.toThrow(/it is pruned/);
    const asked = await first.ask();
    await first.requestPrune(asked.number);
    await expect(asked.report(0, 1)).rejects.toMatchObject({ code: 'trial_pruned' });
    expect(await first.tell(asked, 1)).toMatchObject({ state: 'pruned' });
    await first.close();
  });
});

describe('a storage out of reach', () => {
  test('ends the run with an error that holds the results, which are saved when the study goes on', async () => {
    const storage = leasedMemory(LEASE);
    const study = await join(storage);
    const error: unknown = await study
      .optimize(
        async (_, { number }) => {
          await sleep(5);
          if (number >= 3) storage.isDown = true;
          return number;
        },
        { trials: 10, concurrency: 2 },
      )
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StorageError);
    const { unsaved, message } = error as StorageError;
    expect(message).toMatch(/could not be saved: the storage is down/);
    expect(unsaved.map(({ values }) => values?.[0])).toContain(3);
    const json = study.toJSON();
    expect(json.trials[3]).toMatchObject({ state: 'complete', values: [3] });
    expect(json.finished).toContain(3);
    storage.isDown = false;
    const result = await study.optimize(() => 1, { trials: 10 });
    expect(result.reason).toBe('trials');
    const all = await openStudy({ storage, name: 's', space: searched });
    expect(all.trials[3]).toMatchObject({ state: 'complete', value: 3, attempt: 1 });
    expect(all.progress.finishedCount).toBe(10);
  });

  test('lets an objective go on: reports come with the result', async () => {
    const storage = leasedMemory(LEASE);
    const study = await join(storage);
    const warnings: string[] = [];
    study.on('warning', ({ message }) => warnings.push(message));
    await study.optimize(
      async (_, trial) => {
        await trial.report(0, 3);
        storage.isDown = true;
        await trial.report(1, 2);
        storage.isDown = false;
        await trial.report(2, 1);
        return 0;
      },
      { trials: 1 },
    );
    expect(warnings).toEqual([expect.stringMatching(/trial 0, step 1: the report could not be saved yet/)]);
    const same = await openStudy({ storage, name: 's', space: searched });
    expect(same.trials[0]?.reports).toEqual({ steps: [0, 1, 2], values: [3, 2, 1] });
  });

  test('is news, once for each time', async () => {
    const storage = leasedMemory(LEASE);
    const study = await join(storage);
    const warnings: string[] = [];
    study.on('warning', ({ message }) => warnings.push(message));
    await study.optimize(
      async () => {
        storage.isSilent = true;
        await sleep(LEASE);
        storage.isSilent = false;
        await sleep(LEASE);
        return 1;
      },
      { trials: 2 },
    );
    const outage = expect.stringMatching(
      /^the storage is out of reach: it has not answered yet; it is tried again/,
    );
    expect(warnings).toEqual([outage, outage]);
  });

  test('does not hold up an abort: what it has not taken is unsaved, and is saved once', async () => {
    const storage = leasedMemory(20_000);
    const study = await join(storage);
    const finished: number[] = [];
    study.on('trialFinished', ({ number }) => finished.push(number));
    const controller = new AbortController();
    const run = study.optimize(
      async (_, { number, signal }) => {
        if (number === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        storage.isSilent = true;
        setTimeout(() => controller.abort(), 20);
        return 7;
      },
      { signal: controller.signal, concurrency: 2 },
    );
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StorageError);
    expect((error as StorageError).message).toMatch(
      /aborted while the storage did not answer: 1 result could not/,
    );
    expect((error as StorageError).unsaved).toMatchObject([{ number: 0, values: [7] }]);
    expect(study.toJSON().trials[0]).toMatchObject({ state: 'complete', values: [7] });
    storage.isSilent = false;
    await study.optimize(() => 1, { trials: 3 });
    expect(finished.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(study.trials.map(({ value }) => value)).toEqual([7, 1, 1]);
  });

  test('without results to save, an aborted run says why its trials are not back in the queue', async () => {
    const storage = leasedMemory(LEASE);
    const study = await join(storage);
    const controller = new AbortController();
    const run = study.optimize(
      async () => {
        storage.isSilent = true;
        controller.abort();
        await new Promise(() => {});
        return 1;
      },
      { signal: controller.signal },
    );
    expect(await run).toMatchObject({
      reason: 'aborted',
      finished: 0,
      warnings: [expect.stringMatching(/run again when their leases have run out/)],
    });
    storage.isSilent = false;
    expect(await study.optimize(() => 1, { trials: 1 })).toMatchObject({ reason: 'trials', finished: 1 });
  });

  test('a result whose acknowledgement was lost is told once more without harm', async () => {
    const storage = leasedMemory(LEASE);
    const study = await join(storage);
    const trial = await study.ask();
    storage.losesAnswers = true;
    await expect(study.tell(trial, 1)).rejects.toThrow(/could not be saved/);
    storage.losesAnswers = false;
    await study.refresh();
    expect(study.best.value).toBe(1);
    await expect(study.tell(trial, 2)).rejects.toThrow(/told already/);
    await study.close();
  });
});

test('without leases a run ends when its trials are begun, and requests reach this study alone', async () => {
  const study = await createStudy({ space: searched, seed: 1 });
  await study.ask();
  expect(await study.optimize(() => 1, { trials: 3 })).toMatchObject({ reason: 'trials', finished: 2 });
  const run = study.optimize(async () => study.requestStop().then(() => 1), { trials: 100 });
  expect(await run).toMatchObject({ reason: 'stopped', finished: 1 });
  await study.requestPrune(0);
  await expect(study.requestPrune(77)).rejects.toThrow(/unknown/);
});
