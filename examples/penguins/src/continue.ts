// Goes on with the study that main.ts saved: twenty trials more, for the learner and folds it began with.
import { readFile, writeFile } from 'node:fs/promises';

import { stratifiedKFold, tune, type StudyJSON } from '@tunable/core';
import { randomForestClassifier } from '@tunable/random-forest';

import { loadPenguins } from './load-penguins.ts';
import { printResult } from './print-result.ts';
import { studyFile, studyName } from './study-file.ts';

const study = JSON.parse(await readFile(studyFile, 'utf8')) as StudyJSON;
const trials = study.trials.length + 20;
console.log(`Going on with ${studyName}: from ${study.trials.length} to ${trials} trials.\n`);

const { data } = await loadPenguins();
const result = await tune(randomForestClassifier(), data, {
  study,
  metric: 'accuracy',
  resampling: stratifiedKFold(5),
  trials,
  threads: 2,
  progress: true,
});
printResult(result);
await writeFile(studyFile, JSON.stringify(result.study, null, 2));
console.log(`\nThe study was saved in ${studyName}.`);
