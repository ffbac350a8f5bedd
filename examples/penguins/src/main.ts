// Tunes a random forest on the Palmer penguins, compares it with the untuned one, and saves the study.
import { writeFile } from 'node:fs/promises';

import { NoBestTrialError, RefitError, stratifiedKFold, tune } from '@tunable/core';
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
    ordered: true, // the same search every time, although two threads never end at the same moment
    seed: 1,
    progress: true,
  });
  printResult(result);
  await save(result.study);
} catch (error) {
  if (error instanceof RefitError) {
    console.log(`\n${error.message}`);
    await save(error.study);
  } else if (error instanceof NoBestTrialError) {
    console.log(
      'Stopped before the first configuration was scored; nothing is known yet, and nothing was saved.',
    );
  } else throw error;
}

async function save(study: { toJSON(): object }): Promise<void> {
  await writeFile(studyFile, JSON.stringify(study, null, 2));
  console.log(
    `\nThe study was saved in ${studyName}; "npm run continue" in examples/penguins goes on with it.`,
  );
}
