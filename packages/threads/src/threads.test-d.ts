import { type Objective } from '@tunable/core';
import { describe, expectTypeOf, it } from 'vitest';

import { threads, type ThreadsObjective } from './threads.ts';

describe('threads', () => {
  it('is an objective of the params it is used with', () => {
    const objective: Objective<{ x: number }> = threads('file:///a.js');
    expectTypeOf(objective).parameter(0).toEqualTypeOf<{ x: number }>();
    expectTypeOf(threads<{ x: number }>('file:///a.js')).toExtend<Objective<{ x: number }>>();
    expectTypeOf(threads('file:///a.js')).toEqualTypeOf<ThreadsObjective<unknown>>();
  });
});
