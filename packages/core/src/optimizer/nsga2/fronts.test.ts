import { describeFronts } from '../../testing/fronts.ts';
import { nsga2 } from './nsga2.ts';

describeFronts('nsga2', () => nsga2(), {
  trials: 2000,
  seeds: 3,
  distances: 9,
  least: { ZDT1: 0.95, ZDT2: 0.9, ZDT3: 0.92, DTLZ2: 0.8 },
});
