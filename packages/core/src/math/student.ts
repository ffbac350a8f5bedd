/**
 * The distribution function of Student's t with a whole number of degrees of freedom, by the finite series of Abramowitz &
 * Stegun, "Handbook of mathematical functions" (1964), 26.7.3 and 26.7.4. The error is below 1e-14, absolute.
 *
 * @param t where; infinities allowed.
 * @param degrees of freedom: 1, 2, 3, ...
 */
export function studentCdf(t: number, degrees: number): number {
  const theta = Math.atan(t / Math.sqrt(degrees));
  const cos = Math.cos(theta);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = 0;
  for (let k = isOdd ? 1 : 0; k < degrees - 1; k += 2) {
    sum += term;
    term *= (cos * cos * (k + 1)) / (k + 2);
  }
  const central = Math.sin(theta) * sum;
  return 0.5 + 0.5 * (isOdd ? (2 / Math.PI) * (theta + central) : central);
}
