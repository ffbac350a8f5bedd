// A regression: how warm will it be tomorrow in Seattle? Tunes a ready-made network on three years, and tries it on the
// fourth.
import { evaluateModel, fitContext, hyperband, predefined, tune, type Predictor } from '@tunable/core';
import { denseRegressor } from '@tunable/tfjs';

import { formatTable } from './format-table.ts';
import { isQuick } from './is-quick.ts';
import { loadWeather } from './load-weather.ts';

const [trials, epochs] = isQuick ? [6, 9] : [40, 27];
const { search, heldBack, asToday } = await loadWeather();
console.log(
  `Seattle's weather: ${search.rowCount} days to search and train with, ${heldBack.rowCount} days of 2015 held back`,
);
console.log(`Tuning: ${trials} configurations of up to ${epochs} epochs, 2 threads.\n`);

const network = denseRegressor({ epochs });
const { best, model, study } = await tune(network, search, {
  name: 'weather',
  metric: 'meanAbsoluteError',
  // Scored on the last of the three years: the future must not help to predict the past.
  resampling: predefined(
    Array.from({ length: search.rowCount }, (_, day) => (day < search.rowCount - 365 ? -1 : 0)),
  ),
  pruner: hyperband({ maxResource: epochs }),
  trials,
  threads: 2,
  ordered: true,
  seed: 1,
  progress: true,
});
const untuned = await network.fit(
  network.space.decode(network.space.defaultRow()),
  search,
  fitContext({ seed: study.seed }),
);

console.log('\nError of the forecast for 2015, in degrees Celsius:\n');
console.log(
  formatTable([
    ['', 'mean absolute error', 'r²'],
    await line('the same as today', { predict: () => asToday }),
    await line('untuned network', untuned),
    await line(`tuned network (trial ${best.number})`, model),
  ]),
);
const spent = study.trials.reduce((sum, { reports }) => sum + reports.steps.length, 0);
console.log(
  `\n${study.trials.length} trials took ${spent} epochs of at most ${study.trials.length * epochs}.`,
);
untuned.dispose();
model.dispose();

async function line(name: string, predictor: Predictor): Promise<string[]> {
  const scores = await evaluateModel(predictor, heldBack, ['meanAbsoluteError', 'r2']);
  return [
    name,
    (scores['meanAbsoluteError'] ?? Number.NaN).toFixed(2),
    (scores['r2'] ?? Number.NaN).toFixed(3),
  ];
}
