// Tunes a random forest on the Palmer penguins, compares it with the untuned one, and saves the study.
import { writeFile } from 'node:fs/promises';

import { NoBestTrialError, stratifiedKFold, tune } from '@tunable/core';
import { randomForestClassifier } from '@tunable/random-forest';

import { loadPenguins } from './load-penguins.ts';
import { printResult } from './print-result.ts';
import { studyFile, studyName } from './study-file.ts';

const { data, notes } = await loadPenguins();
console.log(`Palmer penguins\n${notes.map((note) => `  ${note}`).join('\n')}\n`);
console.log(
  'Tuning a random forest: 60 configurations, 5-fold cross-validation, 2 threads. Ctrl-C stops early.\n',
);

try {
  const result = await tune(randomForestClassifier(), data, {
    name: 'penguins',
    metric: 'accuracy',
    resampling: stratifiedKFold(5),
    trials: 60,
    threads: 2,
    seed: 1,
    progress: true,
  });
  printResult(result);
  await writeFile(studyFile, JSON.stringify(result.study, null, 2));
  console.log(
    `\nThe study was saved in ${studyName}; "npm run continue" in examples/penguins goes on with it.`,
  );
} catch (error) {
  if (!(error instanceof NoBestTrialError)) throw error;
  console.log(
    'Stopped before the first configuration was scored; nothing is known yet, and nothing was saved.',
  );
}
