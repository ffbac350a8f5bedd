import { expect, test } from 'vitest';

import { DEFAULT_SECTIONS, HELP, parseOptions, SECTIONS, type Options } from './options.ts';

const parse = (...args: string[]): Options => parseOptions(args) as Options;

test('nothing is written unless asked for: a short run does not replace the published tables', () => {
  expect(parse().write).toBe(false);
  expect(parse('--full').write).toBe(false);
  expect(parse('--write').write).toBe(true);
  expect(HELP).toContain('--write');
});

test('sections run by name; without a name, all but those of the guides', () => {
  expect(parse().sections).toEqual(DEFAULT_SECTIONS);
  expect(parse('ablation', 'warm').sections).toEqual(['ablation', 'warm']);
  for (const section of SECTIONS) expect(HELP).toContain(section);
});

test('--full means more of everything, but what is given counts', () => {
  expect(parse('--full')).toMatchObject({ full: true, seeds: 10, trials: 200, minutes: Infinity });
  expect(parse('--full', '--seeds', '4').seeds).toBe(4);
  expect(parse()).toMatchObject({ full: false, seeds: 3, trials: 100, minutes: 1, suites: ['public'] });
});

test('optimizers are named, ours and those of Optuna, or none', () => {
  expect(parse()).toMatchObject({ optimizers: undefined, optuna: ['tpe'] });
  expect(parse('--optimizers', 'none', '--optuna', 'gp')).toMatchObject({ optimizers: [], optuna: ['gp'] });
  expect(parse('--optimizers', 'auto,tpe', '--optuna', 'none')).toMatchObject({
    optimizers: ['auto', 'tpe'],
    optuna: [],
  });
});

test('what is not known is told', () => {
  expect(() => parse('spead')).toThrow(/section: 'spead' is none of/);
  expect(() => parse('--seeds', 'many')).toThrow(/--seeds/);
  expect(() => parse('--no-write')).toThrow(/no-write/);
  expect(parseOptions(['--help'])).toBe('help');
});
