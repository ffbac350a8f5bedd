import type { Feeds, Outputs } from '@tunable/onnx';
import * as ort from 'onnxruntime-node';

import { FRAME, SAMPLE_RATE, type Clip } from './make-speech.ts';

/** Silero VAD of version 5 and later is also given the last samples of the frame before. */
const CONTEXT = 64;

const rate = new ort.Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE)), []);

/** The inputs for one frame of every recording, with the detector's memory of what went before; none at first. */
export function frameFeeds(
  variant: string,
  audio: readonly Float32Array[],
  frame: number,
  before?: Outputs,
): Feeds {
  const clips = audio.length;
  const context = variant === 'v4' ? 0 : CONTEXT;
  const width = context + FRAME;
  const input = new Float32Array(clips * width);
  for (const [i, samples] of audio.entries()) {
    const start = frame * FRAME - context;
    input.set(samples.subarray(Math.max(0, start), start + width), i * width + Math.max(0, -start));
  }
  const memory = (size: number): ort.Tensor =>
    new ort.Tensor('float32', new Float32Array(2 * clips * size), [2, clips, size]);
  const state: Feeds =
    variant === 'v4'
      ? { h: before?.['hn'] ?? memory(64), c: before?.['cn'] ?? memory(64) }
      : { state: before?.['stateN'] ?? memory(128) };
  return { input: new ort.Tensor('float32', input, [clips, width]), sr: rate, ...state };
}

/** The probability of speech for each frame of each clip; all clips are heard at the same time. */
export async function hear(
  run: (feeds: Feeds) => Promise<Outputs>,
  variant: string,
  clips: readonly Clip[],
): Promise<readonly Float32Array[]> {
  const audio = clips.map((clip) => clip.audio);
  const frames = clips[0]?.isSpeech.length ?? 0;
  const probabilities = clips.map(() => new Float32Array(frames));
  let outputs: Outputs | undefined;
  for (let frame = 0; frame < frames; frame++) {
    outputs = await run(frameFeeds(variant, audio, frame, outputs));
    const heard = outputs['output']?.data as Float32Array;
    for (const [i, row] of probabilities.entries()) row[frame] = heard[i] as number;
  }
  return probabilities;
}

/**
 * The share of frames that are judged rightly, speech and silence counting equally much (balanced accuracy).
 *
 * @param threshold how probable speech must be. @param hangover for how many frames it is then taken to go on.
 */
export function judge(
  clips: readonly Clip[],
  probabilities: readonly Float32Array[],
  threshold: number,
  hangover: number,
): number {
  const right = [0, 0];
  const total = [0, 0];
  for (const [i, { isSpeech }] of clips.entries()) {
    let last = -Infinity;
    for (const [frame, label] of isSpeech.entries()) {
      if ((probabilities[i]?.[frame] as number) >= threshold) last = frame;
      const answer = frame - last <= hangover ? 1 : 0;
      total[label] = (total[label] as number) + 1;
      if (answer === label) right[label] = (right[label] as number) + 1;
    }
  }
  return right.reduce((sum, count, label) => sum + count / (total[label] as number), 0) / 2;
}
