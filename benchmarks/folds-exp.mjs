import { asha, auto, createStudy, median, noPruning, createRandom } from '@tunable/core';
import { suiteProblems } from './dist/problem/suites.js';
import { toSpace, toConfig } from './dist/problem/problem-space.js';
const noPromote = (p) => { const { promote, ...rest } = p; return rest; };
const P = { none: noPruning, median: () => median(), cautious: () => asha({ cautious: true }), 'asha no pause': () => noPromote(asha()), 'asha': () => asha() };
const names = ['hpo-svm_digits','hpo-gb_diabetes','hpo-rf_cancer','hpo-sgd_digits','mixed-rastrigin-d6','cond-3algos','bbob-f10-d5-i2','hartmann6'];
const problems = suiteProblems('public').filter(p => names.includes(p.id));
const FOLDS = 5;
for (const sd of [0.05, 0.2]) for (const [name, pruner] of Object.entries(P)) {
  const out = [0, 0, 0]; let runs = 0; let warned = 0;
  for (const problem of problems) for (let seed = 0; seed < 3; seed++) {
    const { best, median: med } = problem.data.ref;
    const study = await createStudy({ space: toSpace(problem.parameters), optimizer: auto(), pruner: pruner(), seed });
    const stop = new AbortController(); let steps = 0; let low = Infinity, reg = 1; const at = {}; 
    study.on('warning', () => warned++);
    const fold = Array.from({ length: FOLDS }, (_, k) => createRandom(seed, 99, k).normal() * 0.3 * (med - best));
    await study.optimize(async (params, trial) => {
      const truth = problem.truth(toConfig(problem.parameters, params));
      const r = createRandom(seed, trial.number, 5); let sum = 0;
      for (let k = 0; k < FOLDS; k++) {
        if (steps >= 60 * FOLDS) { stop.abort(); stop.signal.throwIfAborted(); }
        steps++; sum += truth + fold[k] + sd * (med - best) * r.normal();
        if (k === FOLDS - 1 && sum / FOLDS < low) { low = sum / FOLDS; reg = problem.regret(truth); }
        for (const [i, b] of [15, 30, 60].entries()) if (steps <= b * FOLDS) at[i] = reg;
        await trial.report(k, sum / (k + 1));
      }
      return sum / FOLDS;
    }, { signal: stop.signal, progress: false, handleInterrupt: false, maxInitialFailures: 1e6 });
    for (let i = 0; i < 3; i++) out[i] += at[i]; runs++;
  }
  console.log(sd, name.padEnd(14), out.map((x) => (x / runs).toFixed(4)).join(' '), 'warned', (warned / runs).toFixed(2));
}
