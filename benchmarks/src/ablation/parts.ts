/** A change of one source file of the core. */
export interface Edit {
  /** In `packages/core/src/optimizer`. */
  readonly file: string;
  /** What stands there, at least once. */
  readonly from: string;
  /** What stands there instead. */
  readonly to: string;
}

const GAUSSIAN_PROCESS = 'gaussian-process/gaussian-process.ts';
const DESIGN = 'gaussian-process/initial-design.ts';

const noLogLosses: Edit = {
  file: GAUSSIAN_PROCESS,
  from: "{ name: 'log losses', scale: 'log', isAdditive: false, typicalScale: 0.6 },",
  to: '',
};
const noRoughModel: Edit = {
  file: GAUSSIAN_PROCESS,
  from: 'trials.length < ROUGH_FROM',
  to: 'trials.length >= 0',
};
const noTpe: Edit = {
  file: 'auto/auto.ts',
  from: 'finished >= (hasForecasts',
  to: 'finished < -(hasForecasts',
};

/** Parts of `auto`, and how to leave each out. */
export const PARTS: { readonly [name: string]: readonly Edit[] } = {
  'no additive term in the kernel': [
    { file: GAUSSIAN_PROCESS, from: 'isAdditive: true', to: 'isAdditive: false' },
  ],
  'no model of the logarithms of losses': [noLogLosses],
  'no model that expects a rough function': [noRoughModel],
  'no more turns for models that predict better': [
    { file: GAUSSIAN_PROCESS, from: 'EVEN_SHARE = 0.5', to: 'EVEN_SHARE = 1' },
  ],
  'no turns for TPE': [noTpe],
  'one model only: none of the three above': [noLogLosses, noRoughModel, noTpe],
  'no centre of the space as the first trial': [
    { file: DESIGN, from: 'if (place === 0)', to: 'if (place < 0)' },
  ],
  'a random initial design for centre and Sobol': [{ file: DESIGN, from: 'attempt < 32', to: 'attempt < 0' }],
  'mean zero, not fitted': [
    { file: 'gaussian-process/likelihood.ts', from: 'MEAN_VARIANCE = 100', to: 'MEAN_VARIANCE = 1e-12' },
  ],
  'length scales expected to be 2, not 0.6': [
    { file: GAUSSIAN_PROCESS, from: 'typicalScale: 0.6', to: 'typicalScale: 2' },
  ],
  'no refinement of candidates by gradient': [
    {
      file: 'gaussian-process/maximize.ts',
      from: 'if (free.length === 0) return value;',
      to: 'return value;',
    },
  ],
};
