import { spawn, type ChildProcess } from 'node:child_process';
import { expect, test } from 'vitest';

/** A real process whose trials take 300 ms each; it is sent real signals. */
function startStudy(): ChildProcess {
  const core = new URL('../../dist/index.js', import.meta.url).href;
  const program = `
    import { createStudy, float, space } from ${JSON.stringify(core)};
    const study = await createStudy({ space: space({ x: float(0, 1) }), seed: 1 });
    const { reason } = await study.optimize(async (_, { number }) => {
      console.log('started', number);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return number;
    }, { trials: 1000, concurrency: 2 });
    console.log(JSON.stringify({ reason, finished: study.trials.length, waiting: study.waitingCount }));`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Ending {
  readonly reason: string;
  readonly finished: number;
  readonly waiting: number;
  /** What it wrote to standard error. */
  readonly said: string;
}

async function interruptBy(...signals: NodeJS.Signals[]): Promise<Ending> {
  const child = startStudy();
  let output = '';
  let said = '';
  let sent = 0;
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (sent > 0 || !output.includes('started 3')) return;
    sent = 1;
    child.kill(signals[0]);
    if (signals.length > 1) setTimeout(() => child.kill(signals[1]), 60);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(0);
  return { ...(JSON.parse(output.trim().split('\n').at(-1)!) as Omit<Ending, 'said'>), said };
}

const said = 'finishing 2 running trials; Ctrl-C (or SIGTERM) again aborts\n';

test.each(['SIGINT', 'SIGTERM'] as const)(
  'one %s finishes the running trials, and says so',
  async (signal) => {
    expect(await interruptBy(signal)).toEqual({ reason: 'interrupted', finished: 4, waiting: 0, said });
  },
);

test.each([
  ['SIGINT', 'SIGINT'],
  ['SIGINT', 'SIGTERM'],
] as const)('%s and then %s aborts them, and they wait to be run again', async (first, second) => {
  expect(await interruptBy(first, second)).toEqual({ reason: 'interrupted', finished: 2, waiting: 2, said });
});
