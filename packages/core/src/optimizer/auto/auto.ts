import { checkNumber, checkOptions } from '../../options.ts';
import { cmaEs } from '../cma-es/cma-es.ts';
import { gaussianProcess } from '../gaussian-process/gaussian-process.ts';
import { nsga2 } from '../nsga2/nsga2.ts';
import { nsga3 } from '../nsga3/nsga3.ts';
import type { Optimizer, SuggestContext } from '../optimizer.ts';
import { tpe } from '../tpe/tpe.ts';
import { medianTrialMs, modelMs, searchesNumbersOnly, tpeInterval } from './evidence.ts';

/** Options of {@link auto}. */
export interface AutoOptions {
  /**
   * For how many finished trials the Gaussian process is used whatever it costs (some 10 to 50 ms a suggestion for each
   * objective and constraint) and however short trials are. A whole number of at least 0; default 250. A few hundred trials are
   * what a Gaussian process is at its best for, and within them two runs of one seed agree, however fast the machine is; set it
   * to 20, say, where thousands of trials take a millisecond each.
   */
  modelTrials?: number;
  /**
   * Beyond those, which share of a trial's time (the median of the last ones) a suggestion may take, by an estimate from the
   * number of trials, parameters, objectives and constraints: above it, cheaper optimizers take over. From 0 (always hand over)
   * to 1; default 0.05.
   */
  suggestionShare?: number;
}

/** From so many leaves on, the Gaussian process takes too long and learns too little. */
const MANY_LEAVES = 100;

/** From how many finished trials on, TPE takes turns with the Gaussian process: before, each of its turns counts. */
const FIRST_TPE_TURN = 50;

/**
 * The same once losses of stopped trials are forecasts: these are guesses, and TPE asks of a loss only whether it is among the
 * good ones. With this and forecasts along a line (`cohort-forecast.ts`), `asha()` came after 10 trainings' worth to a regret of
 * .182, before to .195 (22 learning-curve tasks, 30 seeds); which of the two did how much was not told apart.
 */
const FIRST_TPE_TURN_WITH_FORECASTS = 10;

/**
 * Chooses the optimizer for each trial by what is known: the kind of space, the number of objectives, the length of the
 * history, what a trial takes, and which of its models has proposed the better trials lately. The default of `createStudy`.
 *
 * - **One objective:** a Gaussian process for the first 250 trials (several models, with more turns for those that predict
 *   better), with TPE taking every fourth turn after fifty (every second while its trials are the better ones, every eighth
 *   while they are clearly worse): it escapes where a smooth model is stuck. Once a pruner has
 *   forecast the loss of a stopped trial (`asha`), TPE takes every second turn after ten. Beyond 250 trials the Gaussian process goes on if a
 *   suggestion should take at most 5 % of a trial; otherwise CMA-ES takes over from the best trials where all parameters are
 *   numbers and always active, else TPE.
 *   The first trials are its initial design: the declared defaults, if there are any, then the centre, then spread evenly.
 * - **Two or three objectives:** a Gaussian process and TPE in the same way, then NSGA-II. **More:** TPE, then NSGA-III.
 * - More than 100 parameters: TPE in place of the Gaussian process.
 *
 * Each trial records who proposed it (`trial.by`) and why (`trial.why`); `study.explain()` sums that up. How long trials take
 * is part of the history, so a resumed study goes on as it would have; but two runs of one seed may differ beyond the
 * first 250 trials if their trials take different time. `suggestionShare: 0` or `1` rules that out.
 *
 * The portfolio follows the public comparisons in which Gaussian processes lead for few trials, evolution strategies for
 * many, and models that err differently win together (Turner et al. 2021; Kégl 2023; Hutter et al. 2013).
 *
 * @param options see {@link AutoOptions}.
 * @throws {InvalidArgumentError} an unknown option or one out of range.
 */
export function auto(options: AutoOptions = {}): Optimizer {
  checkOptions('auto', options, ['modelTrials', 'suggestionShare']);
  const modelTrials = checkNumber('auto', 'modelTrials', options.modelTrials ?? 250, {
    min: 0,
    integer: true,
  });
  const suggestionShare = checkNumber('auto', 'suggestionShare', options.suggestionShare ?? 0.05, {
    min: 0,
    max: 1,
  });
  const portfolio: Portfolio = {
    model: gaussianProcess(),
    parzen: tpe(),
    evolution: cmaEs(),
    genetic: nsga2(),
    niching: nsga3(),
  };
  return {
    name: 'auto',
    suggest(context) {
      const { optimizer, why } = choose(context, portfolio, modelTrials, suggestionShare);
      const suggestion = optimizer.suggest(context);
      if (suggestion === null) return null;
      // The model says which of its turns it was; what the others say changes with every generation.
      const reason = optimizer === portfolio.model ? (suggestion.why ?? why) : why;
      return { row: suggestion.row, by: suggestion.by ?? optimizer.name, why: reason };
    },
  };
}

interface Portfolio {
  readonly model: Optimizer;
  readonly parzen: Optimizer;
  readonly evolution: Optimizer;
  readonly genetic: Optimizer;
  readonly niching: Optimizer;
}

interface Choice {
  readonly optimizer: Optimizer;
  readonly why: string;
}

function choose(
  { history, space, directions, number }: SuggestContext,
  { model, parzen, evolution, genetic, niching }: Portfolio,
  modelTrials: number,
  suggestionShare: number,
): Choice {
  const finished = history.finished.length;
  const objectives = directions.length;
  const isEarly = finished < modelTrials;
  if (isEarly || (suggestionShare > 0 && medianTrialMs(history) * suggestionShare >= modelMs(history))) {
    if (objectives > 3) return { optimizer: parzen, why: 'many objectives' };
    if (space.leaves.length > MANY_LEAVES) return { optimizer: parzen, why: 'many parameters' };
    const hasForecasts = history.forecastCount > 0;
    if (finished >= (hasForecasts ? FIRST_TPE_TURN_WITH_FORECASTS : FIRST_TPE_TURN)) {
      const interval = hasForecasts ? 2 : tpeInterval(history, parzen.name);
      if (number % interval === interval - 1)
        return { optimizer: parzen, why: `its turn, one in ${interval}` };
    }
    return { optimizer: model, why: isEarly ? 'few trials' : 'long trials' };
  }
  if (objectives > 3) return { optimizer: niching, why: 'many trials, many objectives' };
  if (objectives > 1) return { optimizer: genetic, why: 'many trials, several objectives' };
  if (history.constraintCount === 0 && searchesNumbersOnly(space))
    return { optimizer: evolution, why: 'many trials, numbers only' };
  return { optimizer: parzen, why: 'many trials' };
}
