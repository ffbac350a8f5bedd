import {
  createRandom,
  random,
  type History,
  type Optimizer,
  type Suggestion,
  type SuggestContext,
} from '@tunable/core';
import { expect, test } from 'vitest';
import { CheckError } from './check.ts';
import { optimizerChecks } from './optimizer-checks.ts';

const TRIALS = 15;

/** What breaks a rule, by the whole name of the check, with what was said. */
async function broken(make: () => Optimizer): Promise<Map<string, string>> {
  const messages = new Map<string, string>();
  for (const { name, run } of optimizerChecks(make, { objectives: 2, dimensions: 30, trials: TRIALS })) {
    await run().catch((error: unknown) => {
      messages.set(name, error instanceof CheckError ? error.message : String(error));
    });
  }
  return messages;
}

/** The rules that are broken, without the kinds of studies in which they are; for each what was said first. */
async function brokenRules(make: () => Optimizer): Promise<Map<string, string>> {
  const rules = new Map<string, string>();
  for (const [name, message] of await broken(make)) {
    const rule = name.replace(/^(one float|numbers|categories|branches|one objective|2 objectives): /, '');
    if (!rules.has(rule)) rules.set(rule, message);
  }
  return rules;
}

type Spoil = (suggestion: Suggestion, context: SuggestContext) => Suggestion | null;

/** Random search, whose suggestions are changed. */
function spoilt(spoil: Spoil): Optimizer {
  return {
    name: 'spoilt',
    suggest: (context) => spoil(random().suggest(context) as Suggestion, context),
  };
}

/** Where the space has one: a continuous leaf with no other that depends on it. */
function withContinuousLeaf(
  { row }: Suggestion,
  { space }: SuggestContext,
  change: (x: number, of: (unit: number) => number) => number,
): Suggestion {
  const leaf = space.leaves.find(
    ({ index, parameter }) => parameter.cardinality === Infinity && !Number.isNaN(row[index]),
  );
  if (leaf !== undefined && !space.isConstrained)
    row[leaf.index] = change(row[leaf.index] as number, (u) => leaf.parameter.fromUnit(u));
  return { row };
}

const IN_THE_SPACE = 'proposes configurations of the space, one at a time and several at once';
const INACTIVE = 'leaves inactive leaves out';
const SEEDS = 'equal seeds give equal suggestions, other seeds others';
const TIME = 'does not depend on the time';
const GROWN = 'suggests the same from a history whether it has seen it grow or not';
const RESTART = 'continues after a restart as if there had been none, whatever order trials ended in';
const SHARED = 'one optimizer object serves several studies without mixing them up';
const HISTORY = 'changes nothing in the history';
const OTHERS = 'goes on beside trials that others proposed, and one that never ends';
const RUNNING = 'proposes different configurations for trials that run at once';
const WHERE = 'proposes only what the constraints (where) of the space allow';
const FINITE = 'evaluates every configuration of a finite space, each once';

test('an optimizer that keeps the contract breaks no rule', async () => {
  expect(await brokenRules(() => random())).toEqual(new Map());
});

test.each<[string, () => Optimizer, { readonly [rule: string]: RegExp }]>([
  [
    'fills inactive leaves',
    () =>
      spoilt(({ row }, { space }) => ({
        row: row.map((x, leaf) =>
          Number.isNaN(x) ? (space.leaves[leaf]?.parameter.fromUnit(0) as number) : x,
        ),
      })),
    {
      [INACTIVE]:
        /^for trial 0 it proposed [\d.]+ for 'model\.[\w.]+', which is inactive there and must be NaN/,
    },
  ],
  [
    'ignores the constraints of the space',
    () =>
      spoilt((suggestion, { space, random: stream }) =>
        space.isConstrained ? { row: space.drawRow(stream) } : suggestion,
      ),
    {
      [WHERE]: /^\d+ of 15 suggestions violate the constraints \(where\) of the space; ask context\.accepts/,
    },
  ],
  [
    'repeats configurations',
    () => spoilt((_, { space, random: stream }) => ({ row: space.sampleRow(stream) })),
    { [FINITE]: /^\d+ of 20 suggestions were evaluated before; ask context\.accepts/ },
  ],
  [
    'ends although configurations are left',
    () =>
      spoilt((suggestion, { space, history }) =>
        space.cardinality === 20 && history.size === 18 ? null : suggestion,
      ),
    { [FINITE]: /^different configurations: expected 20, got 18$/ },
  ],
  [
    'proposes what is running',
    () =>
      spoilt((suggestion, { history, space }) =>
        space.cardinality === Infinity && history.running.length > 4
          ? { row: history.record(history.running[0] as number).row.slice() }
          : suggestion,
      ),
    { [RUNNING]: /^different configurations of 12 running trials: expected 12, got 5$/ },
  ],
  [
    'draws from Math.random',
    () =>
      spoilt((suggestion, context) => withContinuousLeaf(suggestion, context, (_, of) => of(Math.random()))),
    {
      [SEEDS]: /^the second run with seed 1: expected .*, got /,
      [TIME]: /./,
      [GROWN]: /^for trial 1, another object than a new one: expected /,
      [RESTART]: /./,
      [SHARED]: /./,
    },
  ],
  [
    'ignores the seed',
    () => spoilt((_, context) => random().suggest({ ...context, random: createRandom(context.number) })),
    { [SEEDS]: /^seeds 1 and 2 gave the same 15 configurations$/ },
  ],
  [
    'looks at the calendar',
    () =>
      spoilt((suggestion, context) =>
        withContinuousLeaf(suggestion, context, (x, of) => (new Date().getFullYear() > 2090 ? of(0.5) : x)),
      ),
    { [TIME]: /^while Date and performance\.now gave other numbers: expected .*, got / },
  ],
  [
    'measures itself',
    () =>
      spoilt((suggestion, context) => {
        const start = performance.now();
        const isSlow = performance.now() - start > 60_000;
        return withContinuousLeaf(suggestion, context, (x, of) => (isSlow ? of(0.5) : x));
      }),
    { [TIME]: /^while Date and performance\.now gave other numbers/ },
  ],
  [
    'counts its calls',
    () => {
      let calls = 0;
      return spoilt((suggestion, context) =>
        withContinuousLeaf(suggestion, context, (_, of) => of((++calls * 0.618) % 1)),
      );
    },
    // Seeds make no difference to it where there is nothing else to choose.
    {
      [SEEDS]: /^seeds 1 and 2 gave the same 15 configurations$/,
      [GROWN]: /^for trial 1, another object than a new one: expected /,
      [RESTART]: /^the eight trials after the restart: expected /,
      [SHARED]: /^the study that shared its optimizer: expected /,
    },
  ],
  [
    'remembers of a history what it cannot rebuild',
    () => {
      const calls = new WeakMap<History, number>();
      return spoilt((suggestion, context) => {
        const count = (calls.get(context.history) ?? 0) + 1;
        calls.set(context.history, count);
        return withContinuousLeaf(suggestion, context, (x, of) =>
          count === context.number + 1 ? x : of(0.5),
        );
      });
    },
    {
      [GROWN]: /^for trial 1, another object than a new one: expected /,
      [RESTART]: /^the eight trials after the restart: expected /,
    },
  ],
  [
    'mixes up studies',
    () => {
      const seeds = new Set<number>();
      return spoilt((suggestion, context) => {
        seeds.add(context.seed);
        return withContinuousLeaf(suggestion, context, (x, of) => (seeds.size === 1 ? x : of(0.5)));
      });
    },
    { [SHARED]: /^the study that shared its optimizer: expected / },
  ],
  [
    'writes to the history',
    () =>
      spoilt((suggestion, { history }) => {
        history.units(0)[0] = 0.25;
        return suggestion;
      }),
    { [HISTORY]: /^history\.units after the suggestion for trial \d+: expected / },
  ],
  [
    'sorts the history',
    () =>
      spoilt((suggestion, { history }) => {
        (history.finished as number[]).sort((a, b) => b - a);
        return suggestion;
      }),
    { [HISTORY]: /^history\.finished after the suggestion for trial \d+: expected \[1,3\], got \[3,1\]$/ },
  ],
  [
    'waits for the first trial',
    () =>
      spoilt((suggestion, { history }) =>
        history.finished.length > TRIALS / 2 && history.running.includes(0) ? null : suggestion,
      ),
    { [OTHERS]: /nothing is left to try/ },
  ],
  [
    'cannot do without a finite value',
    () =>
      spoilt((suggestion, context) => {
        const { history } = context;
        const losses = history.finished.map((trial) => history.losses(0)[trial] as number);
        const isHopeless = losses.length > 2 && losses.every((loss) => !Number.isFinite(loss));
        return withContinuousLeaf(suggestion, context, (x) => (isHopeless ? Number.NaN : x));
      }),
    {
      'bears failed trials only': /^for trial 3 it proposed no number for 'x', which is active$/,
      'bears values of Infinity only': /^for trial 3 it proposed no number for 'x'/,
      'bears values of -Infinity only': /^for trial 3 it proposed no number for 'x'/,
      'bears trials pruned without a value': /^for trial 3 it proposed no number for 'x'/,
      // With several objectives, whose values pruned trials do not keep.
      'bears trials pruned with a value': /^for trial \d+ it proposed no number for 'model\.net\.rate'/,
    },
  ],
  [
    'stays where all values are equal',
    () =>
      spoilt((suggestion, { history, space }) => {
        const losses = history.finished.map((trial) => history.losses(0)[trial]);
        return losses.length > 2 && losses.every((loss) => loss === 1)
          ? { row: space.defaultRow() }
          : suggestion;
      }),
    { 'bears equal values': /^15 trials have only 4 different configurations: it is stuck$/ },
  ],
])('an optimizer that %s breaks these rules and no others', async (_, make, expected) => {
  const rules = await brokenRules(make);
  expect([...rules.keys()].toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [rule, message] of Object.entries(expected)) expect(rules.get(rule)).toMatch(message);
});

test.each<[string, Spoil, RegExp]>([
  [
    'bounds',
    (suggestion, context) => withContinuousLeaf(suggestion, context, (x) => x + 100),
    /^for trial 0 it proposed 10\d\.\d+ for 'x', which is not a number from -5 to 10$/,
  ],
  [
    'steps',
    ({ row }, { space }) => ({
      row: row.map((x, leaf) => (space.leaves[leaf]?.name === 'share' ? Math.abs(x - 1e-12) : x)),
    }),
    /^for trial 0 it proposed 0\.\d+ for 'share', which is not a number from 0 to 1 in steps of 0.1$/,
  ],
  [
    'categories',
    ({ row }, { space }) => ({
      row: row.map((x, leaf) => (space.leaves[leaf]?.parameter.isNominal === true ? x + 0.5 : x)),
    }),
    /^for trial 0 it proposed \d\.5 for 'a', which is not one of /,
  ],
  [
    'leaves',
    ({ row }) => ({ row: row.subarray(1) }),
    /^for trial 0 it proposed a row of 0 numbers, where the space has 1 leaves$/,
  ],
])('an optimizer that leaves the %s is told so', async (_, spoil, message) => {
  expect((await brokenRules(() => spoilt(spoil))).get(IN_THE_SPACE)).toMatch(message);
});

test('what goes wrong with several objectives only is found', async () => {
  let calls = 0;
  const make = (): Optimizer =>
    spoilt((suggestion, context) =>
      context.directions.length === 2 && context.history.finished.length > 5
        ? withContinuousLeaf(suggestion, context, (_, of) => of((++calls * 0.618) % 1))
        : suggestion,
    );
  expect([...(await broken(make)).keys()]).toEqual(
    [SEEDS, TIME, GROWN, RESTART, SHARED].map((rule) => `2 objectives: ${rule}`),
  );
});
