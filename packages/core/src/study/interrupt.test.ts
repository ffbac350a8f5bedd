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
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function interruptAfter(
  interrupts: number,
): Promise<{ reason: string; finished: number; waiting: number }> {
  const child = startStudy();
  let output = '';
  let sent = 0;
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (sent > 0 || !output.includes('started 3')) return;
    sent = 1;
    child.kill('SIGINT');
    if (interrupts > 1) setTimeout(() => child.kill('SIGINT'), 60);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(0);
  return JSON.parse(output.trim().split('\n').at(-1)!) as {
    reason: string;
    finished: number;
    waiting: number;
  };
}

test('one Ctrl-C finishes the running trials', async () => {
  expect(await interruptAfter(1)).toEqual({ reason: 'interrupted', finished: 4, waiting: 0 });
});

test('a second one aborts them, and they wait to be run again', async () => {
  expect(await interruptAfter(2)).toEqual({ reason: 'interrupted', finished: 2, waiting: 2 });
});
