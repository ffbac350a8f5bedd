/** How numbers are brought to a mean of 0 and a standard deviation of 1, as measured on the training rows. */
export interface Scaling {
  /** One mean and one standard deviation per channel (the last dimension of a row; each column of a plain row). */
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * Measures the channels of rows.
 *
 * @param values numbers, the channel varying fastest.
 * @param channels how many there are.
 * @returns a constant channel has the deviation 1, so that it becomes 0.
 */
export function measureScaling(values: Float64Array, channels: number): Scaling {
  const count = values.length / channels;
  const mean = new Float64Array(channels);
  const deviation = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) mean[i % channels]! += (values[i] as number) / count;
  for (let i = 0; i < values.length; i++) {
    deviation[i % channels]! += ((values[i] as number) - (mean[i % channels] as number)) ** 2 / count;
  }
  for (let c = 0; c < channels; c++) {
    const sigma = Math.sqrt(deviation[c] as number);
    // What rounding leaves of a constant channel must not be blown up.
    deviation[c] = sigma > 1e-12 * Math.abs(mean[c] as number) ? sigma : 1;
  }
  return { mean, deviation };
}

/** Numbers as a network takes them. */
export function scaleFeatures(values: Float64Array, scaling: Scaling | undefined): Float32Array {
  if (scaling === undefined) return new Float32Array(values);
  const { mean, deviation } = scaling;
  const channels = mean.length;
  const scaled = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const c = i % channels;
    scaled[i] = ((values[i] as number) - (mean[c] as number)) / (deviation[c] as number);
  }
  return scaled;
}
