import { describeFronts } from '../../testing/fronts.ts';
import { tpe } from './tpe.ts';

describeFronts('tpe', () => tpe(), {
  trials: 150,
  seeds: 5,
  distances: 3,
  least: { ZDT1: 0.55, ZDT2: 0.06, ZDT3: 0.38, DTLZ2: 0.67 },
});
