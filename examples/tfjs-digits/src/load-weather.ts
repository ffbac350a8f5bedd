import { readFile } from 'node:fs/promises';

import { dataset, type Dataset } from '@tunable/core';

/** What is known on an evening, and the highest temperature of the next day. */
export interface Weather {
  /** 2012 to 2014. */
  readonly search: Dataset;
  /** 2015, which nothing sees until the end. */
  readonly heldBack: Dataset;
  /** For each day of `heldBack`: the same temperature as on the day before. */
  readonly asToday: Float64Array;
}

interface Day {
  readonly date: Date;
  readonly rain: number;
  readonly high: number;
  readonly low: number;
  readonly wind: number;
}

/** The weather of Seattle, day by day (NOAA, US government, in the npm package `vega-datasets`). */
export async function loadWeather(): Promise<Weather> {
  const file = new URL('../data/seattle-weather.csv', import.meta.resolve('vega-datasets'));
  const [, ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
  const days = lines.map((line): Day => {
    const [date = '', rain, high, low, wind] = line.split(',');
    return {
      date: new Date(date),
      rain: Number(rain),
      high: Number(high),
      low: Number(low),
      wind: Number(wind),
    };
  });
  const rows = days.slice(1, -1).map((today, i) => {
    const yesterday = days[i] as Day;
    const tomorrow = days[i + 2] as Day;
    const season = (2 * Math.PI * (today.date.getTime() / 86_400_000)) / 365.25;
    return {
      year: tomorrow.date.getUTCFullYear(),
      features: {
        high: today.high,
        low: today.low,
        rain: Math.sqrt(today.rain),
        wind: today.wind,
        highYesterday: yesterday.high,
        lowYesterday: yesterday.low,
        winter: Math.cos(season),
        spring: Math.sin(season),
      },
      tomorrow: tomorrow.high,
    };
  });
  const make = (chosen: typeof rows): Dataset =>
    dataset({ features: chosen.map(({ features }) => features), target: chosen.map((row) => row.tomorrow) });
  const held = rows.filter(({ year }) => year === 2015);
  return {
    search: make(rows.filter(({ year }) => year < 2015)),
    heldBack: make(held),
    asToday: Float64Array.from(held, ({ features }) => features.high),
  };
}
