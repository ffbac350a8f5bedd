import type { Random } from '@tunable/core';

/** Samples per second, as the detector takes them. */
export const SAMPLE_RATE = 16_000;

/** How many samples the detector judges at a time: 32 ms. */
export const FRAME = 512;

/** A recording, and for each of its frames whether somebody speaks. */
export interface Clip {
  readonly audio: Float32Array;
  readonly isSpeech: Uint8Array;
}

/** Resonances of the mouth in Hz for five vowels (Peterson & Barney, 1952, men: /a/, /i/, /u/, /e/, /o/). */
const VOWELS = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
  [570, 840, 2410],
] as const;

/**
 * Speaks nonsense: a buzz at the pitch of a voice, sent through the resonances of vowels (a formant synthesizer), between them hisses
 * for consonants; then pauses; and all of it in noise. Where the voice was switched on is known to the sample, so the labels are exact.
 *
 * @param seconds length of the clip. @param noise standard deviation of the noise; the voice peaks at about 0.5.
 */
export function makeSpeech(random: Random, seconds: number, noise: number): Clip {
  const frames = Math.floor((seconds * SAMPLE_RATE) / FRAME);
  const audio = new Float32Array(frames * FRAME);
  const voiced = new Uint8Array(audio.length);
  const pitch = 90 + 130 * random.uniform();
  let t = 0;
  while (t < audio.length) {
    t += Math.floor(SAMPLE_RATE * (0.4 + 0.6 * random.uniform()));
    const end = t + Math.floor(SAMPLE_RATE * (0.6 + 0.9 * random.uniform()));
    while (t < Math.min(end, audio.length)) t = speakSyllable(audio, voiced, t, pitch, random);
  }
  const peak = audio.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
  for (let i = 0; i < audio.length; i++) {
    audio[i] = ((audio[i] as number) / peak) * 0.5 + noise * random.normal();
  }
  const isSpeech = Uint8Array.from({ length: frames }, (_, frame) => {
    const part = voiced.subarray(frame * FRAME, (frame + 1) * FRAME);
    return Number(part.reduce((sum, on) => sum + on, 0) > FRAME / 2);
  });
  return { audio, isSpeech };
}

/** Writes a hiss and a vowel from `start` on; returns where they end. */
function speakSyllable(
  audio: Float32Array,
  voiced: Uint8Array,
  start: number,
  pitch: number,
  random: Random,
): number {
  const hissEnd = start + Math.floor(SAMPLE_RATE * 0.05);
  const end = hissEnd + Math.floor(SAMPLE_RATE * (0.12 + 0.1 * random.uniform()));
  const vowel = VOWELS[random.integer(VOWELS.length)] as (typeof VOWELS)[number];
  const resonators = vowel.map((frequency, i) => resonator(frequency, 60 + 40 * i));
  const hiss = resonator(4500, 1500);
  let phase = 0;
  for (let t = start; t < Math.min(end, audio.length); t++) {
    voiced[t] = 1;
    if (t < hissEnd) {
      audio[t] = 0.15 * hiss(random.normal()) * Math.sin((Math.PI * (t - start)) / (hissEnd - start));
      continue;
    }
    phase += (pitch * (1 + 0.15 * Math.sin((2 * Math.PI * 2.3 * t) / SAMPLE_RATE))) / SAMPLE_RATE;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    const source = pulse + 0.005 * random.normal();
    const envelope = Math.sqrt(Math.sin((Math.PI * (t - hissEnd)) / (end - hissEnd)));
    const [first = 0, second = 0, third = 0] = resonators.map((filter) => filter(source));
    audio[t] = 3 * envelope * (first + 0.7 * second + 0.4 * third);
  }
  return end;
}

/** A filter that rings at one frequency: two poles at the given bandwidth, both in Hz. */
function resonator(frequency: number, bandwidth: number): (input: number) => number {
  const radius = Math.exp((-Math.PI * bandwidth) / SAMPLE_RATE);
  const feedback = 2 * radius * Math.cos((2 * Math.PI * frequency) / SAMPLE_RATE);
  let last = 0;
  let beforeLast = 0;
  return (input) => {
    const output = input + feedback * last - radius * radius * beforeLast;
    beforeLast = last;
    last = output;
    return output * (1 - radius);
  };
}
