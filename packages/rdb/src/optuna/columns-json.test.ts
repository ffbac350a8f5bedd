import { boolean, categorical, float, int, space, when } from '@tunable/core';
import { expect, it } from 'vitest';

import { paramCodecFromTrials } from './codec-from-trials.ts';
import { codecFromColumns, grownColumns, isOfDeclaredSpace, printColumns } from './columns-json.ts';
import { printDistribution } from './distribution.ts';
import { paramCodec } from './trial-params.ts';

const x = printDistribution({ kind: 'float', low: 0, high: 1, log: false, step: null });
const c = printDistribution({ kind: 'categorical', choices: ['a', Number.NaN, null] });

/** Of trials that have `sometimes` by no rule that can be seen. */
const inferred = paramCodecFromTrials(
  [0.1, 0.9, 0.2, 0.8].map((value, i) => ({
    state: 'COMPLETE',
    params: [
      { name: 'x', value, distribution: x },
      { name: 'c', value: i % 2, distribution: c },
      ...(i === 0 || i === 3 ? [{ name: 'sometimes', value: 0.5, distribution: x }] : []),
    ],
  })),
);

it('makes the same codec again, which the space alone does not tell', () => {
  const same = codecFromColumns(inferred.space, printColumns(inferred.columns));
  const params = [
    { name: 'x', value: 0.25, distribution: x },
    { name: 'c', value: 1, distribution: c },
    { name: 'sometimes', value: 0.75, distribution: x },
  ];
  for (const some of [params, params.slice(0, 2)]) {
    expect(same.read(some)).toEqual(inferred.read(some));
    expect(same.write(same.read(some))).toEqual(some);
    expect(same.writeFixed(same.read(some))).toBe(inferred.writeFixed(inferred.read(some)));
  }
});

it('goes on to hide what says whether a parameter is there when the space grows', () => {
  const flag = inferred.space.leaves.find(({ name }) => name.endsWith('?'))?.name as string;
  const wide = space({
    more: int(1, 3),
    x: float(0, 2),
    c: categorical(['a', 'NaN', null]),
    [flag]: boolean(),
    sometimes: when({ [flag]: true }, float(0, 1)),
  });
  const columns = grownColumns(inferred, wide) ?? [];
  const codec = codecFromColumns(wide, printColumns(columns));
  const row = codec.read([
    { name: 'x', value: 1.5, distribution: x },
    { name: 'sometimes', value: 0.5, distribution: x },
  ]);
  expect(row).toEqual(Float64Array.of(Number.NaN, 1.5, Number.NaN, 1, 0.5));
  expect(codec.write(row).map(({ name }) => name)).toEqual(['x', 'sometimes']);
});

it('writes the same choices in the order of Python, and others in that of the space', () => {
  const declared = space({ x: float(0, 2), c: categorical([null, 'NaN', 'a']) });
  const printed = printColumns(grownColumns(inferred, declared) ?? [], true);
  expect(isOfDeclaredSpace(printed)).toBe(true);
  expect(isOfDeclaredSpace(printColumns(inferred.columns))).toBe(false);
  const codec = codecFromColumns(declared, printed);
  expect(codec.write(Float64Array.of(0.5, 2))).toEqual([
    {
      name: 'x',
      value: 0.5,
      distribution: printDistribution({ kind: 'float', low: 0, high: 2, log: false, step: null }),
    },
    { name: 'c', value: 0, distribution: c },
  ]);
  // So it stays when bounds grow, and is over when choices do.
  const wide = space({ x: float(0, 9), c: categorical([null, 'NaN', 'a']) });
  expect(
    codecFromColumns(wide, printColumns(grownColumns(codec, wide) ?? [])).write(Float64Array.of(9, 0))[1],
  ).toEqual({ name: 'c', value: 2, distribution: c });
  const more = space({ x: float(0, 9), c: categorical([null, 'NaN', 'a', 'b']) });
  expect(grownColumns(codec, more)).toBeUndefined();
});

it('has nothing to say of a space that was declared', () => {
  const declared = space({ x: float(0, 1) });
  expect(grownColumns(paramCodec(declared), declared)).toBeUndefined();
});
