// Finds how a voice-activity detector hears the most callers at a time on this machine, as well as it usually does.
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { categorical, createRandom, float, int, space } from '@tunable/core';
import { tuneSession } from '@tunable/onnx';
import * as ort from 'onnxruntime-node';

import { frameFeeds, hear, judge } from './detect.ts';
import { makeSpeech } from './make-speech.ts';

const folder = dirname(fileURLToPath(import.meta.resolve('@ricky0123/vad-web')));
const file = (name: string): string => relative('.', join(folder, `silero_vad_${name}.onnx`));

const clips = Array.from({ length: 8 }, (_, i) => makeSpeech(createRandom(i), 4, 0.02 * (1 + (i % 4) * 2)));

console.log(
  'Silero VAD: how many frames of 32 ms per second can be judged, losing at most 0.5 % accuracy?\n',
);

const result = await tuneSession({
  runtime: ort,
  // The first is the one in use today.
  model: { v5: file('v5'), v6: file('v6'), v4: file('legacy') },
  inputs: ({ variant, batchSize }) => {
    const callers = Array.from({ length: batchSize }, (_, i) => clips[i % clips.length]!.audio);
    return [20, 40, 60, 80].map((frame) => frameFeeds(variant, callers, frame));
  },
  // The detector's own knobs are tuned along with the session's, and how many callers are heard in one run.
  space: space({
    batchSize: categorical([1, 2, 4, 8, 16], { ordered: true, default: 1 }),
    threshold: float(0.05, 0.95, { default: 0.5 }),
    hangover: int(0, 8, { default: 0 }),
  }),
  evaluate: async ({ variant, threshold, hangover }, { run }) =>
    judge(clips, await hear(run, variant, clips), threshold, hangover),
  maxLoss: 0.005,
  goals: ['throughput'],
  trials: 24,
  measureMs: 600,
  finalMs: 3000,
  seed: 1,
});

console.log(String(result));
