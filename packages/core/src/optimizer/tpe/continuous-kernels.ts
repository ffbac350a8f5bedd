import type { CandidateColumn } from './candidates.ts';
import type { Kernels } from './kernels.ts';
import { OrderedKernels } from './ordered-kernels.ts';

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Kernels of a real number: truncated Gaussian densities in unit encoding. */
export class ContinuousKernels extends OrderedKernels implements Kernels {
  addLogDensities({ units }: CandidateColumn, slots: Int32Array, count: number, sums: Float64Array): void {
    const width = units.length;
    for (let k = 0; k < count; k++) {
      const slot = slots[k] as number;
      const centre = this.centres[slot] as number;
      const inverse = this.inverses[slot] as number;
      const peak = -HALF_LOG_TWO_PI - (this.logScales[slot] as number);
      const base = slot * width;
      for (let c = 0; c < width; c++) {
        const z = ((units[c] as number) - centre) * inverse;
        (sums[base + c] as number) += peak - 0.5 * z * z;
      }
    }
  }
}
