import { describeFronts } from '../../testing/fronts.ts';
import { nsga3 } from './nsga3.ts';

describeFronts('nsga3', () => nsga3(), {
  trials: 3000,
  seeds: 3,
  distances: 9,
  least: { ZDT1: 0.88, ZDT2: 0.5, ZDT3: 0.9, DTLZ2: 0.86 },
});
