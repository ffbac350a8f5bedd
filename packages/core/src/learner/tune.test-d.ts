import { expectTypeOf, test } from 'vitest';

import { categorical } from '../hyperparameter/categorical.ts';
import type { MetricLike } from '../evaluation/metrics/by-name.ts';
import { int } from '../hyperparameter/int.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import { nearestNeighbours } from '../testing/learners.ts';
import type { Dataset } from './dataset.ts';
import type { LearnerModel, LearnerParams } from './learner.ts';
import { tune } from './tune.ts';

declare const data: Dataset;
const learner = nearestNeighbours();

test('params and model come from the learner', async () => {
  const result = await tune(learner, data, { metric: 'accuracy', trials: 3 });
  expectTypeOf(result.best.params).toEqualTypeOf<LearnerParams<typeof learner>>();
  expectTypeOf(result.best.params.neighbours).toEqualTypeOf<number>();
  expectTypeOf(result.best.params.weights).toEqualTypeOf<'uniform' | 'distance'>();
  expectTypeOf(result.model).toEqualTypeOf<LearnerModel<typeof learner>>();
  expectTypeOf(result.results.rows[0]!.params.neighbours).toEqualTypeOf<number>();
  expectTypeOf(result.study.best.params.weights).toEqualTypeOf<'uniform' | 'distance'>();
});

test('params come from the given space', async () => {
  const result = await tune(learner, data, { space: space({ neighbours: int(1, 3) }) });
  expectTypeOf(result.best.params).toEqualTypeOf<{ neighbours: number }>();
});

test('there is no model without refit', async () => {
  const result = await tune(learner, data, { refit: false });
  expectTypeOf(result.model).toEqualTypeOf<undefined>();
});

test('an open study must be of the same params', async () => {
  const study = await createStudy({ space: learner.space });
  const result = await tune(learner, data, { study });
  expectTypeOf(result.best.params).toEqualTypeOf<LearnerParams<typeof learner>>();
  const other = await createStudy({ space: space({ neighbours: int(1, 3) }) });
  // @ts-expect-error the study lacks weights
  void tune(learner, data, { study: other });
  void tune(learner, data, { study: other, space: space({ neighbours: int(1, 3) }) });
});

test('metrics have names, and a space must suit the learner', () => {
  expectTypeOf<'acuracy'>().not.toExtend<MetricLike>();
  // @ts-expect-error no such metric
  void tune(learner, data, { metric: 'acuracy' });
  // @ts-expect-error weights has no such value
  void tune(learner, data, { space: space({ weights: categorical(['gaussian']) }) });
});
