/**
 * Prints what this process keeps alive after a garbage collection, its resident memory then, and its peak, in bytes: as it starts, or (argument
 * `study`) after a study of 10,000 trials of 10 floats.
 */
async function runStudy(): Promise<unknown> {
  // Nothing but the library, as a user's program would have it.
  const { createStudy, float, random, space } = await import('@tunable/core');
  const names = Array.from({ length: 10 }, (_, i) => `x${i}`);
  const study = await createStudy({
    space: space(Object.fromEntries(names.map((name) => [name, float(0, 1)]))),
    optimizer: random(),
    seed: 0,
  });
  for (let i = 0; i < 10_000; i++) await study.tell(await study.ask(), i % 100);
  return study;
}

const kept = process.argv[2] === 'study' ? await runStudy() : {};
globalThis.gc?.();
const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
// `kept` is used after the measurement, so that the collector had to leave it alone.
const peak = kept === undefined ? 0 : 1024 * process.resourceUsage().maxRSS;
console.log(JSON.stringify({ live: heapUsed + arrayBuffers, rss, peak }));
