// usage: node warm-exp.mjs out seeds kinds modes [filter]
import { appendFileSync } from 'node:fs';
import { auto, createStudy, random as randomSearch, tpe, gaussianProcess, createRandom } from '@tunable/core';
import { suiteProblems, findProblem } from './dist/problem/suites.js';
import { toSpace, toConfig } from './dist/problem/problem-space.js';
import { toUnit } from './dist/problem/parameter.js';
import { redraw } from './dist/problem/redraw.js';
const [out, seedsText, kindsText, modesText, filter, optName = 'auto', tag = ''] = process.argv.slice(2);
const make = { auto, tpe, gp: gaussianProcess }[optName];
const TRIALS = 50, SOURCE = 50;
async function run(problem, evaluate, seed, optimizer, trials, warmStart, sign = 1) {
  const study = await createStudy({ space: toSpace(problem.parameters), optimizer, seed, noisy: problem.isNoisy, ...(warmStart && { warmStart }) });
  let best = Infinity; const trace = []; let regret = 1; let low = Infinity;
  for (let i = 0; i < trials; i++) {
    const t = await study.ask();
    const v = evaluate(t.params, seed, i);
    await study.tell(t, sign * v.observed);
    if (v.observed < low) { low = v.observed; regret = problem.regret(v.truth); }
    trace.push(regret);
  }
  return { study, trace };
}
// shift: numeric unit coordinates moved by delta*sign, reflected at the bounds
function shifted(problem, seed, delta) {
  const r = createRandom(77, seed); const signs = problem.parameters.map(() => (r.uniform() < 0.5 ? -delta : delta));
  return (config) => {
    const c = { ...config };
    problem.parameters.forEach((p, i) => {
      if (p.type !== 'float' || c[p.name] === undefined) return;
      let u = toUnit(p, c[p.name]) + signs[i]; u = Math.abs(u); if (u > 1) u = 2 - u;
      c[p.name] = p.log ? p.low * (p.high / p.low) ** u : p.low + u * (p.high - p.low);
    });
    return c;
  };
}
const plain = (problem, tf = (c) => c) => (params, seed, i) => { const c = tf(toConfig(problem.parameters, params)); return { observed: problem.observe(c, seed, i), truth: problem.truth(c) }; };
for (const seed of seedsText.split(',').map(Number)) for (const { id, family } of suiteProblems('public')) {
  if (filter && filter !== '-' && !filter.split(',').includes(id)) continue;
  const base = findProblem('public', id, seed);
  const sources = {};
  for (const kind of kindsText.split(',')) {
    if (kind === 'redrawn' && !['bbob', 'classic', 'conditional'].includes(family)) continue;
    const delta = kind.startsWith('shift') ? Number(kind.slice(5)) / 100 : 0;
    const target = kind === 'redrawn' ? redraw(base, 500 + seed) : base;
    const evaluate = plain(target, delta ? shifted(base, seed, delta) : undefined);
    for (const mode of modesText.split(',')) {
      let warm;
      const srcKey = kind === 'negated' ? 'neg' : 'pos';
      if (mode !== 'cold') sources[srcKey] ??= JSON.parse(JSON.stringify((await run(base, plain(base), 1000 + seed, auto(), SOURCE, undefined, kind === 'negated' ? -1 : 1)).study));
      if (mode !== 'cold') warm = sources[srcKey];
      const { trace } = await run(target, evaluate, seed, make(), TRIALS, warm);
      appendFileSync(out, JSON.stringify({ id, seed, kind, mode: mode + tag, r: [5, 10, 15, 25, 50].map((n) => trace[n - 1]) }) + '\n');
    }
  }
}
