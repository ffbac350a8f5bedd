import {
  boolean,
  categorical,
  choice,
  constant,
  InvalidSpaceError,
  space,
  type Choice,
  type SearchSpace,
  type Shape,
  type SpaceNode,
} from '@tunable/core';

import { show } from '../check.ts';
import type { ProviderTable } from '../providers/providers.ts';
import { SESSION_PARAM_NAMES, type SessionParams } from './session-params.ts';

/** What the recommended space depends on. */
export interface SessionSpaceOptions {
  /** The call, for messages. */
  readonly owner: string;
  /** Names of the model's files; the first is the one in use today. */
  readonly variants: readonly string[];
  /** What can be used here. */
  readonly providers: ProviderTable;
  /** The provider in use today. */
  readonly defaultProvider: string;
  /** Whether threads can be chosen per session; in onnxruntime-web they cannot. */
  readonly hasThreads: boolean;
  /** How many cores there are. */
  readonly cores: number;
  /** Which of the recommended settings are searched; the others keep their default. Undefined: all. */
  readonly search: readonly string[] | undefined;
  /** Parameters of the user, added to the recommended ones or, under the same name, instead of them. */
  readonly space: SearchSpace | undefined;
}

/**
 * The space of a session's settings. Every recommended parameter has the runtime's own default, so that the defaults of the
 * space are the untuned session.
 *
 * @throws {InvalidSpaceError} a user's parameter without a default, a `provider` that is no choice or of which none can be used.
 */
export function sessionSpace(options: SessionSpaceOptions): SearchSpace {
  const recommended = recommendedShape(options);
  const { owner, space: users, search } = options;
  const defaults = fixedShape(options);
  const shape: Record<string, SpaceNode> = { ...recommended };
  if (search !== undefined) {
    for (const name of SESSION_PARAM_NAMES) {
      if (!search.includes(name)) shape[name] = defaults[name];
    }
  }
  if (users === undefined) return space(shape);
  for (const [name, node] of Object.entries(users.shape)) {
    shape[name] = name === 'provider' ? usableChoice(owner, node, options) : node;
  }
  if (!users.hasDefaults) {
    throw new InvalidSpaceError(
      `${owner}: every parameter of your space needs a default (float(0, 1, { default: 0.5 })): the defaults are what is compared with`,
    );
  }
  return space(shape, { where: users.where as never });
}

function recommendedShape({
  variants,
  providers,
  defaultProvider,
  hasThreads,
  cores,
}: SessionSpaceOptions): Record<keyof SessionParams, SpaceNode> {
  const threads = [0, ...threadCounts(cores)];
  const branches = Object.fromEntries(providers.usable.map((name) => [name, PROVIDER_SHAPES[name] ?? {}]));
  return {
    variant:
      variants.length > 1
        ? categorical(variants, { default: variants[0] as string })
        : constant(variants[0] as string),
    provider: choice(branches, { default: defaultProvider }),
    graphOptimizationLevel: categorical(['disabled', 'basic', 'extended', 'layout', 'all'], {
      ordered: true,
      default: 'all',
    }),
    execution: choice(
      hasThreads
        ? { sequential: {}, parallel: { interOpNumThreads: categorical(threads, { default: 0 }) } }
        : { sequential: {} },
      { default: 'sequential' },
    ),
    intraOpNumThreads: hasThreads ? categorical(threads, { default: 0 }) : constant(0),
    spinning: hasThreads ? boolean({ default: true }) : constant(true),
    enableCpuMemArena: boolean({ default: true }),
    enableMemPattern: boolean({ default: true }),
    batchSize: constant(1),
  };
}

/** Options that some providers have and that are worth searching. */
const PROVIDER_SHAPES: { readonly [name: string]: Shape } = {
  webgpu: { preferredLayout: categorical(['NCHW', 'NHWC'], { default: 'NCHW' }) },
};

/** 1, 2, 4, ... up to the number of cores, and that number. */
function threadCounts(cores: number): readonly number[] {
  const counts: number[] = [];
  for (let count = 1; count < cores; count *= 2) counts.push(count);
  return [...counts, cores];
}

/** The recommended parameters, each with its default alone. */
function fixedShape({
  variants,
  defaultProvider,
}: SessionSpaceOptions): Record<keyof SessionParams, SpaceNode> {
  return {
    variant: constant(variants[0] as string),
    provider: choice({ [defaultProvider]: {} }, { default: defaultProvider }),
    graphOptimizationLevel: constant('all'),
    execution: choice({ sequential: {} }, { default: 'sequential' }),
    intraOpNumThreads: constant(0),
    spinning: constant(true),
    enableCpuMemArena: constant(true),
    enableMemPattern: constant(true),
    batchSize: constant(1),
  };
}

/** The user's choice of providers without those that cannot be used here. */
function usableChoice(owner: string, node: SpaceNode, { providers }: SessionSpaceOptions): Choice {
  const given = node as Partial<Choice>;
  if (given.kind !== 'choice' || given.branches === undefined) {
    throw new InvalidSpaceError(
      `${owner}: provider must be a choice({ cpu: {}, webgpu: {} }), not ${show(node)}`,
    );
  }
  const names = Object.keys(given.branches).filter((name) => providers.usable.includes(name));
  if (names.length === 0) {
    throw new InvalidSpaceError(
      `${owner}: none of the providers ${Object.keys(given.branches).join(', ')} can be used here.\n${String(providers)}`,
    );
  }
  const { branches, defaultBranch } = given;
  const usable = Object.fromEntries(names.map((name) => [name, branches[name] as SpaceNode]));
  const preferred = defaultBranch !== undefined && names.includes(defaultBranch) ? defaultBranch : names[0];
  return choice(usable, { default: preferred as string });
}
