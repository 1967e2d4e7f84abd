/** A bin's history and forecast as the chart and the tables need them. */

import type { Schemas } from "../../shared/api";

export type History = Schemas["BinHistory"];
export type Bands = Schemas["ForecastBands"];
export type Emptying = Schemas["EmptyingOut"];

type Values = (number | null)[];

/** What the chart draws, all beside the same moments (seconds since 1970). */
export interface Drawn {
  readonly at: number[];
  readonly trusted: Values;
  readonly untrusted: Values;
  readonly low: Values;
  readonly median: Values;
  readonly high: Values;
}

/** Put readings and forecast beside one another; a forecast that is void is not drawn. */
export function drawnOf(history: History, bands: Bands | null): Drawn {
  const moments = new Map<number, number[]>();
  const readings = history.measured_at_s.map((at, n) => [at, n] as const);
  for (const [at, n] of readings) {
    moments.set(at, [...(moments.get(at) ?? []), n]);
  }
  const ahead = new Map<number, number>();
  if (bands !== null && bands.emptied_at === null) {
    bands.at.forEach((at, n) => {
      ahead.set(Math.round(Date.parse(at) / 1000), n);
    });
  }
  const at = [...new Set([...moments.keys(), ...ahead.keys()])].sort((a, b) => a - b);
  const level = (isTrusted: boolean) => (moment: number) => {
    const found = moments.get(moment)?.find((n) => isBelieved(history, n) === isTrusted);
    return found === undefined ? null : (history.fill_pct[found] ?? null);
  };
  const band = (values: readonly number[] | undefined) => (moment: number) => {
    const n = ahead.get(moment);
    return n === undefined ? null : (values?.[n] ?? null);
  };
  return {
    at,
    trusted: at.map(level(true)),
    untrusted: at.map(level(false)),
    low: at.map(band(bands?.low_pct)),
    median: at.map(band(bands?.median_pct)),
    high: at.map(band(bands?.high_pct)),
  };
}

function isBelieved(history: History, n: number): boolean {
  return history.trusts[history.trust[n] ?? -1] === "trusted";
}

/** A day's levels. */
export interface Day {
  /** "Mon 2 Mar" */
  readonly day: string;
  readonly lowest: number | null;
  readonly highest: number | null;
  readonly last: number | null;
  readonly believed: number;
  readonly doubted: number;
}

/** The figures of the chart day by day, the newest first. */
export function daysOf(history: History, timeZone?: string): Day[] {
  const format = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const days = new Map<string, { levels: number[]; doubted: number }>();
  history.measured_at_s.forEach((at, n) => {
    const name = format.format(at * 1000).replace(",", "");
    const day = days.get(name) ?? { levels: [], doubted: 0 };
    days.set(name, day);
    if (isBelieved(history, n)) {
      day.levels.push(history.fill_pct[n] as number);
    } else {
      day.doubted += 1;
    }
  });
  return [...days]
    .map(([day, { levels, doubted }]) => ({
      day,
      lowest: levels.length ? Math.min(...levels) : null,
      highest: levels.length ? Math.max(...levels) : null,
      last: levels.at(-1) ?? null,
      believed: levels.length,
      doubted,
    }))
    .reverse();
}

/** The chart in a sentence, for who cannot see it. */
export function chartTold(days: readonly Day[], range: number): string {
  const levels = days.filter((day) => day.last !== null);
  if (levels.length === 0) {
    return `No level that can be believed in ${range} days.`;
  }
  const lowest = Math.round(Math.min(...levels.map((day) => day.lowest as number)));
  const highest = Math.round(Math.max(...levels.map((day) => day.highest as number)));
  const doubted = days.reduce((sum, day) => sum + day.doubted, 0);
  return (
    `Levels of ${range} days: between ${lowest} and ${highest} %, the last ` +
    `${Math.round(levels[0]?.last as number)} %; readings not believed: ${doubted}.`
  );
}

/** A grade that is low though its error is not: too few were checked. */
const MEDIUM_PCT = 12;

/** How good this bin's forecasts have been, in a sentence. */
export function gradeTold(bands: Bands): string {
  const grades = {
    high: "reliable",
    medium: "fairly reliable",
    low: "not to be relied on",
  } as const;
  if (bands.grade === null) {
    return "No plan has looked at this bin yet, so nothing is forecast.";
  }
  const few = bands.grade === "low" && (bands.error_pct ?? 0) <= MEDIUM_PCT;
  const checked = few
    ? `only ${bands.checks} of them could be checked yet`
    : `a day ahead they were ${bands.error_pct?.toFixed(1)} points off on average, ${bands.checks} checked`;
  return `Forecasts of this bin are ${grades[bands.grade]}: ${checked}.`;
}

/** What is odd about an emptying, or that nothing is. */
export function agreementTold(emptying: Emptying): string {
  if (emptying.disagreement !== null) {
    return emptying.disagreement.replaceAll("_", " ");
  }
  const sources = {
    both: "crew and sensor agree",
    crew: "crew alone, as far as is known",
    sensor: "sensor alone, as far as is known",
  } as const;
  return sources[emptying.known_by];
}
