import {
  boolean,
  categorical,
  choice,
  constant,
  float,
  int,
  InvalidSpaceError,
  space,
  type SearchSpace,
} from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { providerTable, type ProviderStatus } from '../providers/providers.ts';
import type { SessionParams } from './session-params.ts';
import { decisionKey, outputsKey, toSessionOptions } from './session-params.ts';
import { sessionCode } from './session-code.ts';
import { sessionSpace, type SessionSpaceOptions } from './session-space.ts';

const status = (name: string, isUsable: boolean): ProviderStatus => ({
  name,
  device: '',
  isListed: true,
  isUsable,
  isComplete: undefined,
  reason: isUsable ? undefined : 'no such luck',
  advice: undefined,
  startMs: undefined,
});

const base: SessionSpaceOptions = {
  owner: 'onnxSession',
  variants: ['model'],
  providers: providerTable('onnxruntime-node', [
    status('cpu', true),
    status('webgpu', true),
    status('cuda', false),
  ]),
  defaultProvider: 'cpu',
  hasThreads: true,
  cores: 6,
  search: undefined,
  space: undefined,
};

const make = (options: Partial<SessionSpaceOptions> = {}): SearchSpace =>
  sessionSpace({ ...base, ...options });
const defaults = (made: SearchSpace): SessionParams =>
  made.decode(made.defaultRow()) as unknown as SessionParams;
const namesOf = (made: SearchSpace): string[] => made.leaves.map(({ name }) => name);
const choicesOf = (made: SearchSpace, name: string): unknown => {
  const json = made.leaves.find((leaf) => leaf.name === name)?.parameter.toJSON();
  return json?.kind === 'categorical' ? json.choices : undefined;
};

describe('the recommended space', () => {
  test('has the runtime as it is without options for its defaults', () => {
    expect(toSessionOptions(defaults(make()))).toEqual({ executionProviders: ['cpu'] });
  });

  test('holds the providers that can be used, and thread counts up to the cores', () => {
    const made = make();
    expect(choicesOf(made, 'provider')).toEqual(['cpu', 'webgpu']);
    expect(choicesOf(made, 'intraOpNumThreads')).toEqual([0, 1, 2, 4, 6]);
    for (let seed = 0; seed < 50; seed++) {
      const params = made.sample(seed) as unknown as SessionParams;
      expect(Object.keys(params.provider)).toEqual(
        params.provider.type === 'webgpu' ? ['type', 'preferredLayout'] : ['type'],
      );
    }
  });

  test('leaves threads alone where a session cannot choose them', () => {
    const made = make({ hasThreads: false });
    expect(namesOf(made)).not.toContain('intraOpNumThreads');
    expect(defaults(made)).toMatchObject({
      intraOpNumThreads: 0,
      spinning: true,
      execution: { type: 'sequential' },
    });
  });

  test('searches only what it is told to', () => {
    const made = make({ search: ['graphOptimizationLevel'] });
    expect(made.cardinality).toBe(5);
    expect(defaults(made)).toEqual(defaults(make()));
  });
});

describe("a user's space", () => {
  test('adds parameters, and replaces those of the same name', () => {
    const users = space({
      threshold: float(0, 1, { default: 0.5 }),
      intraOpNumThreads: int(1, 3, { default: 2 }),
      spinning: constant(false),
    });
    const made = make({ space: users });
    expect(defaults(made)).toMatchObject({ threshold: 0.5, intraOpNumThreads: 2, spinning: false });
    expect(toSessionOptions(defaults(made))).toEqual({
      executionProviders: ['cpu'],
      intraOpNumThreads: 2,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  });

  test('keeps its constraints', () => {
    const users = space(
      { low: float(0, 1, { default: 0.2 }), high: float(0, 1, { default: 0.8 }) },
      { where: [({ low, high }) => low < high] },
    );
    const made = make({ space: users });
    for (let seed = 0; seed < 20; seed++) {
      const { low, high } = made.sample(seed) as unknown as { low: number; high: number };
      expect(low).toBeLessThan(high);
    }
  });

  test('loses the providers that cannot be used', () => {
    const users = space({
      provider: choice({ cuda: { deviceId: int(0, 1, { default: 0 }) }, cpu: {} }, { default: 'cuda' }),
    });
    expect(defaults(make({ space: users })).provider).toEqual({ type: 'cpu' });
    const hopeless = space({ provider: choice({ cuda: {} }, { default: 'cuda' }) });
    expect(() => make({ space: hopeless })).toThrow(InvalidSpaceError);
    expect(() => make({ space: hopeless })).toThrow(
      /none of the providers cuda can be used here[\s\S]*no such luck/,
    );
  });

  test('needs a default for everything, and a choice of providers', () => {
    expect(() => make({ space: space({ threshold: float(0, 1) }) })).toThrow(/needs a default/);
    expect(() => make({ space: space({ provider: categorical(['cpu'], { default: 'cpu' }) }) })).toThrow(
      /provider must be a choice/,
    );
  });
});

describe('a configuration', () => {
  const params: SessionParams = {
    ...defaults(make()),
    provider: { type: 'webgpu', preferredLayout: 'NHWC' },
    graphOptimizationLevel: 'basic',
    execution: { type: 'parallel', interOpNumThreads: 2 },
    intraOpNumThreads: 1,
    enableCpuMemArena: false,
    enableMemPattern: false,
    spinning: false,
  };

  test('becomes the options of a session, beside those that every session has', () => {
    const every = { logSeverityLevel: 3 as const, extra: { session: { set_denormal_as_zero: '1' } } };
    expect(toSessionOptions(params, every)).toEqual({
      logSeverityLevel: 3,
      executionProviders: [{ name: 'webgpu', preferredLayout: 'NHWC' }],
      graphOptimizationLevel: 'basic',
      executionMode: 'parallel',
      interOpNumThreads: 2,
      intraOpNumThreads: 1,
      enableCpuMemArena: false,
      enableMemPattern: false,
      extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
    });
    expect(every.extra).toEqual({ session: { set_denormal_as_zero: '1' } });
  });

  test('computes like another that differs in speed only', () => {
    expect(decisionKey({ ...params, intraOpNumThreads: 4, spinning: true })).toBe(decisionKey(params));
    expect(decisionKey({ ...params, threshold: 1 })).not.toBe(decisionKey({ ...params, threshold: 2 }));
    expect(outputsKey({ ...params, batchSize: 3 })).toBe(outputsKey(params));
    expect(outputsKey({ ...params, graphOptimizationLevel: 'all' })).not.toBe(outputsKey(params));
  });

  test('becomes a program to paste', () => {
    const users = space({ threshold: float(0, 1, { default: 0.5 }), fast: boolean({ default: true }) });
    const made = make({ space: users });
    const runtime = { listSupportedBackends: () => [] } as never;
    const options = { runtime, models: { model: 'model.onnx' }, sessionOptions: {} };
    const chosen = { ...params, batchSize: 8, threshold: 0.25, fast: false };
    expect(sessionCode(chosen, made, options)).toBe(`import * as ort from 'onnxruntime-node';

const session = await ort.InferenceSession.create('model.onnx', {
  executionProviders: [
    {
      name: 'webgpu',
      preferredLayout: 'NHWC'
    }
  ],
  graphOptimizationLevel: 'basic',
  intraOpNumThreads: 1,
  executionMode: 'parallel',
  interOpNumThreads: 2,
  enableCpuMemArena: false,
  enableMemPattern: false,
  extra: {
    session: {
      intra_op: {
        allow_spinning: '0'
      }
    }
  }
});
const batchSize = 8;
const decision = {
  threshold: 0.25,
  fast: false
};
`);
  });
});
