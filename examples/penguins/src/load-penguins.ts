import { readFile } from 'node:fs/promises';

import { dataset, type Dataset } from '@tunable/core';

/** A bird as the file has it; see data/SOURCE.md. */
interface Penguin {
  readonly Species: string;
  readonly Island: string;
  readonly 'Beak Length (mm)': number | null;
  readonly 'Beak Depth (mm)': number | null;
  readonly 'Flipper Length (mm)': number | null;
  readonly 'Body Mass (g)': number | null;
  readonly Sex: string | null;
}

const MEASUREMENTS = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'] as const;

/** The dataset, and in words what was done to the table to get it. */
export interface Penguins {
  readonly data: Dataset;
  readonly notes: readonly string[];
}

/** Reads the penguins. The target is the species; text columns become columns of 0 and 1. */
export async function loadPenguins(): Promise<Penguins> {
  const file = new URL('../data/penguins.json', import.meta.url);
  const birds = JSON.parse(await readFile(file, 'utf8')) as readonly Penguin[];
  const measured = birds.filter((bird) => MEASUREMENTS.every((name) => bird[name] !== null));
  const islands = [...new Set(birds.map(({ Island }) => Island))].toSorted();
  const unknownSex = measured.filter(({ Sex }) => Sex !== 'MALE' && Sex !== 'FEMALE').length;

  const data = dataset({
    features: measured.map((bird) => ({
      ...Object.fromEntries(MEASUREMENTS.map((name) => [name, bird[name]])),
      ...Object.fromEntries(islands.map((island) => [`Island: ${island}`, bird.Island === island])),
      male: bird.Sex === 'MALE',
      female: bird.Sex === 'FEMALE',
    })),
    target: measured.map(({ Species }) => Species),
  });
  return {
    data,
    notes: [
      `${birds.length} birds; ${birds.length - measured.length} without measurements dropped, ${data.rowCount} left`,
      `target: species (${data.classes.join(', ')})`,
      `numbers: ${MEASUREMENTS.join(', ')}`,
      `text turned into columns of 0 and 1: island (${islands.join(', ')}) and sex (male, female; both 0 for ${unknownSex} birds of unknown sex)`,
    ],
  };
}
