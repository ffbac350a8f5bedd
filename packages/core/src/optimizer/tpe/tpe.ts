import { checkNumber, checkOptions } from '../../options.ts';
import { InvalidArgumentError } from '../../errors.ts';
import { show } from '../../json.ts';
import { largest } from '../../math/largest.ts';
import type { Leaf } from '../../space/leaf.ts';
import type { History } from '../../study/history.ts';
import type { Optimizer, SuggestContext, Suggestion } from '../optimizer.ts';
import { Block, type BlockSettings } from './block.ts';
import { withPseudoObservations } from './pseudo-observations.ts';
import { randomRow, startupRow } from './startup.ts';
import { standing } from './standing.ts';

/** Options of {@link tpe}. */
export interface TpeOptions {
  /** How many trials are random before the model is used; complete and pruned ones count. Default 10. */
  startupTrials?: number;
  /** Whether parameters are modelled jointly, which follows the dependences between them. Default true. */
  multivariate?: boolean;
  /** How many configurations are drawn from the model of the good trials, of which the best is proposed. Default 24. */
  candidates?: number;
  /** The weight of the uniform prior, as a number of trials. Default 1. */
  priorWeight?: number;
  /**
   * How many of `n` trials are good. By default 15 %, rounded up; at most 25 with one objective, and at most 50
   * with several. What it returns is cut to 1..100.
   */
  gamma?: (trials: number) => number;
}

/** The most trials that a `gamma` of the user's can make good. */
const MAX_GOOD = 100;

/** How many configurations are put to `accepts` before random ones are tried. */
const MAX_TESTS = 200;

/**
 * The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio & Kégl, "Algorithms for hyper-parameter
 * optimization", NIPS 2011), in the multivariate form of Optuna 5, which it follows but for what is said below.
 *
 * Trials are split into good and bad ones, and both are described by a density; the next configuration is, of some
 * drawn from the good one, that with the largest ratio of the two. Leaves that are always active together are modelled
 * jointly; those of a branch by the trials that took the branch, after it was chosen. Running trials count as bad.
 * Infeasible trials stand behind feasible ones and pruned trials behind all others; failed ones are ignored. Serves
 * every space and any number of objectives.
 *
 * Differences to Optuna, kept because they did better on a suite of test problems: good trials are weighted by rank (with several
 * objectives by front and hypervolume), pruned trials stand behind infeasible ones (see `standing.ts`), good ones
 * are 15 % rather than 10 %; kernels are narrower in spaces of few parameters; categories are smoothed more, and
 * blocks of few configurations drawn rather than maximized over; a branch's trials are split among themselves; the
 * startup trials form a Latin hypercube. And past 256 trials the density of the bad ones rests on a sample of them,
 * so that a suggestion costs the same however long the history is.
 *
 * In a study that was started from earlier ones, their trials count among its own at first; see `pseudo-observations.ts`.
 *
 * @param options see {@link TpeOptions}.
 * @throws {InvalidArgumentError} an unknown option, or one that is out of range.
 */
export function tpe(options: TpeOptions = {}): Optimizer {
  checkOptions('tpe', options, ['startupTrials', 'multivariate', 'candidates', 'priorWeight', 'gamma']);
  const { multivariate = true, gamma } = options;
  if (typeof multivariate !== 'boolean') {
    throw new InvalidArgumentError(`tpe: multivariate must be true or false, not ${show(multivariate)}`);
  }
  if (gamma !== undefined && typeof gamma !== 'function') {
    throw new InvalidArgumentError(
      `tpe: gamma must be a function of the number of trials, not ${show(gamma)}`,
    );
  }
  const startupTrials = checkNumber('tpe', 'startupTrials', options.startupTrials ?? 10, {
    min: 0,
    integer: true,
  });
  const candidates = checkNumber('tpe', 'candidates', options.candidates ?? 24, { min: 1, integer: true });
  const priorWeight = checkNumber('tpe', 'priorWeight', options.priorWeight ?? 1, { min: 1e-6 });
  const models = new WeakMap<History, Model>();
  return {
    name: 'tpe',
    suggest: (asked) => {
      const context = withPseudoObservations(asked);
      const { history } = context;
      let model = models.get(history);
      if (model === undefined || model.knownCount > history.finished.length) {
        model = new Model(history, multivariate, settingsFor(history.directions.length));
        models.set(history, model);
      }
      model.learn(history);
      if (model.usefulCount < startupTrials || asked.history.finished.length < informedStartup(asked))
        return { row: startupRow(asked, startupTrials) };
      return model.suggest(context) ?? { row: randomRow(context) };
    },
  };

  function settingsFor(objectives: number): BlockSettings {
    const capacity = objectives === 1 ? 25 : 50;
    return {
      capacity: gamma === undefined ? capacity : MAX_GOOD,
      gamma: gamma ?? defaultGamma,
      candidates,
      priorWeight,
    };
  }
}

/** How many trials must have finished before earlier studies count: something to hold against them. */
function informedStartup({ earlier = [] }: SuggestContext): number {
  return earlier.length === 0 ? 0 : 5;
}

const defaultGamma = (trials: number): number => Math.ceil(0.15 * trials);

/** What is derived from one history: a cache, which never shows. */
class Model {
  /** How many of `history.finished` have been looked at. */
  knownCount = 0;
  /** How many of them are complete or pruned. */
  usefulCount = 0;
  readonly #blocks: readonly Block[];

  constructor(history: History, multivariate: boolean, settings: BlockSettings) {
    const groups: Leaf[][] = [];
    for (const leaf of history.space.leaves) (groups[leaf.group] ??= []).push(leaf);
    this.#blocks = groups.flatMap((leaves) =>
      (multivariate ? [leaves] : leaves.map((leaf) => [leaf])).map(
        (members) => new Block(history, members, leaves.length, settings),
      ),
    );
  }

  /** Takes in the trials that have finished since the last call. */
  learn(history: History): void {
    for (; this.knownCount < history.finished.length; this.knownCount++) {
      const outcome = standing(history, history.finished[this.knownCount] as number);
      if (outcome === undefined) continue;
      this.usefulCount++;
      for (const block of this.#blocks) block.add(outcome, history);
    }
  }

  suggest(context: SuggestContext): Suggestion | undefined {
    const { space, history, random, number } = context;
    const pending = history.running.filter((trial) => trial !== number);
    const row = new Float64Array(space.leaves.length).fill(Number.NaN);
    let testsLeft = MAX_TESTS;
    const blocks = this.#blocks;

    /** Fills the blocks from `index` on, best candidates first; whether the row was accepted. */
    function complete(index: number): boolean {
      let next = index;
      while (next < blocks.length && !(blocks[next] as Block).isActive(row)) next++;
      const block = blocks[next];
      if (block === undefined) {
        testsLeft--;
        return context.accepts(row);
      }
      const { candidates, scores } = block.propose(history, pending, random);
      for (let left = candidates.count; left > 0 && testsLeft > 0; left--) {
        const best = largest(scores);
        candidates.writeTo(row, best);
        // What an earlier, rejected candidate led to must not stay.
        if (testsLeft < MAX_TESTS) space.deactivate(row);
        if (complete(next + 1)) return true;
        scores[best] = Number.NEGATIVE_INFINITY;
      }
      return false;
    }

    return complete(0) ? { row } : undefined;
  }
}
