import { describeFronts } from '../../testing/fronts.ts';
import { gaussianProcess } from './gaussian-process.ts';

describeFronts('gaussianProcess', () => gaussianProcess(), {
  trials: 36,
  seeds: 2,
  distances: 2,
  least: { ZDT1: 0.9, ZDT2: 0.88, ZDT3: 0.72, DTLZ2: 0.64 },
});
