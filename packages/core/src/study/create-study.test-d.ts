import { expectTypeOf, test } from 'vitest';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { choice } from '../space/choice.ts';
import { space } from '../space/search-space.ts';
import { createStudy, loadStudy, openStudy } from './create-study.ts';
import type { Trial } from './objective.ts';
import type { OptimizeResult } from './run.ts';
import type { Study } from './study.ts';
import type { StudyJSON } from './study-json.ts';
import { memory } from '../storage/memory.ts';

interface Params {
  rate: number;
  model: { type: 'tree'; depth: number } | { type: 'line' };
}

const searchSpace = space({ rate: float(0, 1), model: choice({ tree: { depth: int(1, 9) }, line: {} }) });

test('the objective, trials and best know the type of the configuration', async () => {
  const study = await createStudy({ space: searchSpace });
  await study.optimize(
    (params, trial) => {
      expectTypeOf(params).toEqualTypeOf<Params>();
      expectTypeOf(trial).toEqualTypeOf<Trial<Params>>();
      return params.model.type === 'tree' ? params.model.depth : params.rate;
    },
    { trials: 1 },
  );
  expectTypeOf(study.best.params).toEqualTypeOf<Params>();
  expectTypeOf(study.best.value).toEqualTypeOf<number>();
  expectTypeOf(study.trials[0]!.value).toEqualTypeOf<number | undefined>();
  expectTypeOf(await study.ask()).toEqualTypeOf<Trial<Params>>();
  expectTypeOf(await study.ask(2)).toEqualTypeOf<Trial<Params>[]>();
});

test('enqueue takes a part of a configuration, and nothing that is none', async () => {
  const study = await createStudy({ space: searchSpace });
  expectTypeOf(study.enqueue({ rate: 0.5 })).toEqualTypeOf<Promise<void>>();
  expectTypeOf(study.enqueue({ model: { type: 'tree' } })).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error unknown name
  await study.enqueue({ speed: 1 });
  // @ts-expect-error unknown branch
  await study.enqueue({ model: { type: 'forest' } });
});

test('an objective must return a result', async () => {
  const study = await createStudy({ space: searchSpace });
  // @ts-expect-error text is no result
  expectTypeOf(study.optimize(() => 'good', { trials: 1 })).toEqualTypeOf<Promise<OptimizeResult>>();
});

test('loading with the space gives the types back, without it params are unknown in shape', async () => {
  const json = {} as StudyJSON;
  const typed = await loadStudy(json, { space: searchSpace });
  expectTypeOf(typed.best.params).toEqualTypeOf<Params>();
  const opened = await openStudy({ name: 's', storage: memory(), space: searchSpace });
  expectTypeOf(opened.best.params).toEqualTypeOf<Params>();
});

test('a study of any configuration is a Study', async () => {
  const bestOf = (study: Study): number => study.best.value;
  expectTypeOf(bestOf(await createStudy({ space: searchSpace }))).toEqualTypeOf<number>();
});
