/**
 * Prints what this process keeps alive after a garbage collection, its resident memory then, and its peak, in bytes: as it starts, or (argument
 * `study`) after a study of 10,000 trials of 10 floats.
 */
import { createInterface } from 'node:readline/promises';

async function runStudy(): Promise<unknown> {
  const { floats, openStudy, timeTrials } = await import('../speed/workload.ts');
  const workload = { parameters: floats(10), objectives: 1 };
  const study = await openStudy(workload, 'random', 0);
  await timeTrials(study, workload, 10_000, Infinity);
  return study;
}

const kept = process.argv[2] === 'study' ? await runStudy() : createInterface;
globalThis.gc?.();
const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
// `kept` is used after the measurement, so that the collector had to leave it alone.
const peak = kept === undefined ? 0 : 1024 * process.resourceUsage().maxRSS;
console.log(JSON.stringify({ live: heapUsed + arrayBuffers, rss, peak }));
