import type { FitContext } from './learner.ts';

/**
 * A context for calling `learner.fit` by hand.
 *
 * @param context what should differ from: seed 0, a signal that never aborts, no metric, no validation rows, no out-of-bag
 *   predictions, reports that go nowhere.
 * @example const model = await learner.fit(params, data, fitContext({ seed: 7 }));
 */
export function fitContext(context: Partial<FitContext> = {}): FitContext {
  return {
    seed: 0,
    signal: new AbortController().signal,
    metric: '',
    outOfBag: false,
    report: () => Promise.resolve(),
    ...context,
  };
}
