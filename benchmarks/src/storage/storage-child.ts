// A worker of the storage benchmark; usage: node storage-child.js PLAN. See plan.ts, and python/storage.py beside it.
import { once } from 'node:events';

import type { Plan, Timing } from './plan.ts';
import { createFilled, openFor, runTrial, storageOf } from './workload.ts';

const plan = JSON.parse(process.argv[2] as string) as Plan;
const { url, study: name, trials, optimizer } = plan;
const storage = storageOf(url);

async function wait(): Promise<void> {
  console.log('ready');
  await once(process.stdin, 'data');
  process.stdin.destroy();
}

async function open(): Promise<Timing> {
  await wait();
  const cpu = process.cpuUsage();
  const start = Date.now();
  const study = await openFor(storage, name, 'random');
  if (study.trials.length !== trials) throw new Error(`the study has ${study.trials.length} trials`);
  const end = Date.now();
  await study.close();
  return { start, end, askMs: [], cpuMs: cpuSince(cpu) };
}

async function run(): Promise<Timing> {
  if (plan.creates) await createFilled(storage, name, plan.history ?? 0);
  const study = await openFor(storage, name, optimizer);
  // The first ask learns the whole history, and the compiler needs some more: costs per process, not per trial.
  for (let i = 0; i < 20; i++) await runTrial(study);
  await wait();
  const askMs: number[] = [];
  const cpu = process.cpuUsage();
  const start = Date.now();
  for (let i = 0; i < trials; i++) askMs.push(await runTrial(study));
  const timing = { start, end: Date.now(), askMs, cpuMs: cpuSince(cpu) };
  await study.close();
  return timing;
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

console.log(JSON.stringify(await (plan.work === 'open' ? open() : run())));
