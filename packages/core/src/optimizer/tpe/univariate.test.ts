import { describeOptimizer } from '../../testing/optimizer-contract.ts';
import { tpe } from './tpe.ts';

describeOptimizer('univariate tpe', () => tpe({ multivariate: false }), 25);
