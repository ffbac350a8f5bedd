import { describeFronts } from '../../testing/fronts.ts';
import { auto } from './auto.ts';

describeFronts('auto', () => auto(), {
  trials: 36,
  seeds: 2,
  distances: 2,
  least: { ZDT1: 0.9, ZDT2: 0.88, ZDT3: 0.72, DTLZ2: 0.64 },
});
describeFronts('auto, past its models,', () => auto({ modelTrials: 16 }), {
  trials: 400,
  seeds: 5,
  distances: 6,
  least: { ZDT1: 0.8, ZDT2: 0.7, ZDT3: 0.6, DTLZ2: 0.62 },
});
