import { InvalidArgumentError } from '../../errors.ts';
import { show } from '../../json.ts';
import { accuracy, balancedAccuracy } from './accuracy.ts';
import { logLoss } from './log-loss.ts';
import { matthews } from './matthews.ts';
import type { Metric, MetricOptions } from './metric.ts';
import { f1, precision, recall } from './precision-recall.ts';
import {
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  r2,
  rootMeanSquaredError,
} from './regression.ts';
import { rocAuc } from './roc-auc.ts';

/** The names of the built-in metrics. */
export type MetricName =
  | 'accuracy'
  | 'balancedAccuracy'
  | `${'precision' | 'recall' | 'f1'}${'' | 'Macro' | 'Micro' | 'Weighted'}`
  | 'matthews'
  | 'logLoss'
  | `rocAuc${'' | 'Macro' | 'Weighted'}`
  | 'meanSquaredError'
  | 'rootMeanSquaredError'
  | 'meanAbsoluteError'
  | 'medianAbsoluteError'
  | 'r2';

const METRICS: { readonly [N in MetricName]: (options: MetricOptions) => Metric } = {
  accuracy,
  balancedAccuracy,
  precision,
  precisionMacro: (options) => precision({ ...options, average: 'macro' }),
  precisionMicro: (options) => precision({ ...options, average: 'micro' }),
  precisionWeighted: (options) => precision({ ...options, average: 'weighted' }),
  recall,
  recallMacro: (options) => recall({ ...options, average: 'macro' }),
  recallMicro: (options) => recall({ ...options, average: 'micro' }),
  recallWeighted: (options) => recall({ ...options, average: 'weighted' }),
  f1,
  f1Macro: (options) => f1({ ...options, average: 'macro' }),
  f1Micro: (options) => f1({ ...options, average: 'micro' }),
  f1Weighted: (options) => f1({ ...options, average: 'weighted' }),
  matthews,
  logLoss,
  rocAuc,
  rocAucMacro: () => rocAuc({ average: 'macro' }),
  rocAucWeighted: () => rocAuc({ average: 'weighted' }),
  meanSquaredError,
  rootMeanSquaredError,
  meanAbsoluteError,
  medianAbsoluteError,
  r2,
};

/** A built-in metric by name, or a {@link Metric}. */
export type MetricLike = MetricName | Metric;

/** The names of the built-in metrics. */
export const metricNames: readonly MetricName[] = Object.keys(METRICS) as MetricName[];

/**
 * The metric of that name; a metric is returned as it is.
 *
 * @throws {InvalidArgumentError} an unknown name; lists the names that exist.
 */
export function toMetric(metric: MetricLike): Metric {
  if (typeof metric === 'string') return metricByName(metric, {});
  if (typeof metric === 'object' && metric !== null && typeof metric.score === 'function') return metric;
  throw new InvalidArgumentError(
    `a metric is a name such as 'accuracy', or made by customMetric, not ${show(metric)}; the names are ${metricNames.join(', ')}`,
  );
}

/** The built-in metric of that name, made with these options. */
export function metricByName(name: string, options: MetricOptions): Metric {
  if (Object.hasOwn(METRICS, name)) return METRICS[name as MetricName](options);
  throw new InvalidArgumentError(
    `there is no metric ${show(name)}; the metrics are ${metricNames.join(', ')}`,
  );
}
