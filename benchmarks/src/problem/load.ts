import { readdirSync, readFileSync } from 'node:fs';

import { createProblem, type Problem, type ProblemData } from './problem.ts';

const folder = new URL('../../problems/', import.meta.url);

/** The names of the stored problems. */
export function problemNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'vectors.json')
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

/** A stored problem. */
export function loadProblem(name: string): Problem {
  return createProblem(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as ProblemData);
}
