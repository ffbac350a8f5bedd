import { describe, expect, test } from 'vitest';
import { float } from '../hyperparameter/float.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { auto } from '../optimizer/auto/auto.ts';
import { random } from '../optimizer/random/random.ts';
import { tpe } from '../optimizer/tpe/tpe.ts';
import { space } from '../space/search-space.ts';
import { memory } from '../storage/memory.ts';
import { createStudy, loadStudy, openStudy } from './create-study.ts';

const names = ['a', 'b', 'c', 'd', 'e'] as const;
const s = space({ a: float(0, 1), b: float(0, 1), c: float(0, 1), d: float(0, 1), e: float(0, 1) });
type Params = { readonly [N in (typeof names)[number]]: number };

/** A valley with ripples, steeper in some directions, with its bottom (0) at (0.3 + shift, ...). */
const valley =
  (shift: number, sign = 1) =>
  (params: Params) =>
    sign *
    names.reduce((sum, name, i) => {
      const d = params[name] - 0.3 - shift;
      return sum + (i + 1) * d ** 2 + 0.1 * (1 - Math.cos(20 * d));
    }, 0);

async function earlier(sign = 1, optimizer: Optimizer = auto()) {
  const study = await createStudy({ space: s, name: 'earlier', optimizer, seed: 9 });
  await study.optimize(valley(0, sign), { trials: 40 });
  return JSON.parse(JSON.stringify(study)) as ReturnType<typeof study.toJSON>;
}

/** How many evaluations it takes to come below `target`; 50 if it does not. */
async function evaluationsTo(
  target: number,
  optimizer: Optimizer,
  warmStart: Awaited<ReturnType<typeof earlier>> | undefined,
): Promise<number> {
  let total = 0;
  for (let seed = 0; seed < 3; seed++) {
    const study = await createStudy({ space: s, optimizer, seed, ...(warmStart && { warmStart }) });
    await study.optimize(valley(0.05), { trials: 50 });
    const reached = study.trials.findIndex(({ value }) => value! < target);
    total += (reached === -1 ? 50 : reached) / 3;
  }
  return total;
}

describe.each([
  ['auto', auto, 0.15],
  ['tpe', tpe, 0.5],
] as const)('%s', (_, optimizer, target) => {
  test('needs far fewer evaluations when it starts from a study of a shifted problem', async () => {
    const cold = await evaluationsTo(target, optimizer(), undefined);
    const warm = await evaluationsTo(target, optimizer(), await earlier());
    expect(warm).toBeLessThan(0.6 * cold);
  });

  test('recovers from a study that says the opposite', async () => {
    const cold = await evaluationsTo(target, optimizer(), undefined);
    const misled = await evaluationsTo(target, optimizer(), await earlier(-1));
    expect(misled).toBeLessThan(cold + 15);
    expect(misled).toBeLessThan(50);
  });

  // From 12 trials on, Gaussian processes ignore the earlier study in some of their turns; fits are scheduled from 60 on.
  test('suggests the same after saving and loading as it would have, and from its storage', async () => {
    const storage = memory();
    const warmStart = await earlier();
    const study = await createStudy({
      space: s,
      name: 's',
      storage,
      optimizer: optimizer(),
      seed: 1,
      warmStart,
    });
    const nextWhenLoaded = async (): Promise<Params> => {
      const json = JSON.parse(JSON.stringify(study)) as ReturnType<typeof study.toJSON>;
      const loaded = await loadStudy(json, { space: s, optimizer: optimizer() });
      return (await loaded.ask()).params;
    };
    const resumedAt: [number, Params][] = [];
    for (const trials of [9, 16, 18, 30, 65]) {
      await study.optimize(valley(0.05), { trials });
      resumedAt.push([trials, await nextWhenLoaded()]);
    }
    await study.optimize(valley(0.05), { trials: 66 });
    expect(resumedAt).toEqual(resumedAt.map(([number]) => [number, study.trials[number]!.params]));

    const next = await nextWhenLoaded();
    const opened = await openStudy({ name: 's', storage, space: s, optimizer: optimizer() });
    expect((await opened.ask()).params).toEqual(next);
  });
});

test('the first trials are the best of the earlier study, and say so', async () => {
  const warmStart = await earlier(1, random());
  const study = await createStudy({ space: s, seed: 1, warmStart });
  expect(study.waitingCount).toBe(3);
  await study.optimize(valley(0), { trials: 5 });
  const best = warmStart.trials.reduce((a, b) =>
    (a.values![0] as number) < (b.values![0] as number) ? a : b,
  );
  expect(study.trials[0]!.params).toEqual(best.params);
  expect(study.explain()).toMatch(
    /^warmStart: 3 of the trials 0 to 2 \(one of the best of the study 'earlier'\)/,
  );
  expect(study.explain()).toMatch(/gaussianProcess: trial 3 \(initial design\)/);
  await expect(study.setAttribute('warmStart', 1)).rejects.toThrow(/holds what this study was started from/);
});
