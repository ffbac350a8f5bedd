import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';
import { checkOptions } from '../options.ts';
import type { Direction } from '../study/direction.ts';
import { isPruned } from './is-pruned.ts';
import type { Pruner } from './pruner.ts';

/** Options of {@link onMetric}. */
export interface OnMetricOptions {
  /** The name of a metric in what trials report: `trial.report(step, { value, metrics: { accuracy } })`. */
  metric: string;
  /** Whether small or large values of the metric are good. Default `'minimize'`. */
  direction?: Direction;
}

/**
 * Lets a pruner judge by a named metric instead of the objective. It is asked after each report that has the metric, whether
 * or not it has a value of the objective; it works with several objectives too. Warns when trials report, but never the metric.
 *
 * @param pruner the pruner that judges.
 * @param options the metric.
 * @throws {InvalidArgumentError} ill-formed arguments.
 * @example onMetric(median(), { metric: 'accuracy', direction: 'maximize' })
 */
export function onMetric(pruner: Pruner, options: OnMetricOptions): Pruner {
  if (typeof pruner?.shouldPrune !== 'function') {
    throw new InvalidArgumentError(
      `onMetric: the first argument must be a pruner such as median(), not ${show(pruner)}`,
    );
  }
  checkOptions('onMetric', options, ['metric', 'direction']);
  const { metric, direction = 'minimize' } = options;
  if (typeof metric !== 'string' || metric === '')
    throw new InvalidArgumentError(`onMetric: metric must be the name of a metric, not ${show(metric)}`);
  if (direction !== 'minimize' && direction !== 'maximize') {
    throw new InvalidArgumentError(
      `onMetric: direction must be 'minimize' or 'maximize', not ${show(direction)}`,
    );
  }
  return {
    name: `${pruner.name} on ${metric}`,
    looksAt: 'report',
    shouldPrune({ number, step }, others) {
      const view = others.metric(metric, direction);
      return isPruned(pruner, { number, step, ...view.of(number) }, view);
    },
    warning(others) {
      if (others.metric(metric, direction).steps.length > 0) return undefined;
      const seen = others.metricNames;
      if (seen.length === 0 && others.steps.length === 0) return undefined;
      const what =
        seen.length === 0
          ? `no metrics, which are given as trial.report(step, { value, metrics: { ${metric} } })`
          : seen.map((name) => `'${name}'`).join(', ');
      return `onMetric: no report holds the metric '${metric}', and so nothing is pruned; the reports hold ${what}`;
    },
  };
}
