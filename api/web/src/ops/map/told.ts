/** What a bin's card and page say, in sentences. */

import { age, clock, dayAndClock, secondsSince, words } from "../../shared/words";
import type { BinWhole, Visits } from "./wholeBin";

type Level = BinWhole["level"];
type Visit = Visits["items"][number];

/** Whether a level can be believed, and why not. */
export function trustTold(level: Level, timeZone?: string): string {
  const heard = level.heard_at ? dayAndClock(level.heard_at, timeZone) : null;
  switch (level.trust) {
    case "fresh":
      return "fresh: the newest thing heard, and young enough";
    case "stale":
      return "stale: nothing newer has been heard that says a level";
    case "untrusted":
      return `untrusted: what was heard ${heard} cannot be believed; this is the last level that could`;
    default:
      return heard === null
        ? "nobody has said a level yet"
        : `no level: what was heard ${heard} cannot be believed`;
  }
}

/** "5 min old, measured Mon 2 Mar, 07:45" */
export function ageTold(level: Level, nowMs: number, timeZone?: string): string {
  return level.measured_at === null
    ? "no level is known"
    : `${age(secondsSince(level.measured_at, nowMs))} old, of ${dayAndClock(level.measured_at, timeZone)}`;
}

/** Who says so. */
export function sourceTold(level: Level): string {
  if (level.source === "sensor") {
    return `sensor ${level.sensor_id}`;
  }
  return level.source === "crew" ? "a crew" : "nobody";
}

/** When it will be full; a forecast from before an emptying says nothing any more. */
export function fullTold(bin: BinWhole, timeZone?: string): string {
  const { forecast, level } = bin;
  if (forecast === null) {
    return "not known before the first plan";
  }
  if (
    level.source === "crew" &&
    level.measured_at !== null &&
    level.measured_at > forecast.made_at
  ) {
    return "not known: a crew has been there since the last plan";
  }
  const grade = `${forecast.grade} reliability`;
  return forecast.full_at === null
    ? `not within two months (${grade})`
    : `likely full from ${dayAndClock(forecast.full_at, timeZone)} (${grade})`;
}

/** What became of it in a day's plan. */
export function visitTold(visit: Visit, timeZone?: string): string {
  const { on_round: stop, left_out: out } = visit;
  if (out) {
    return `left out (${words(out.reason)}): ${out.detail}`;
  }
  if (!stop) {
    return "";
  }
  const who = `${stop.vehicle_name}, stop ${stop.seq}, planned for ${clock(stop.arrives_at, timeZone)}`;
  if (stop.outcome === null) {
    return `${who}: open`;
  }
  const at = stop.reported_at ? ` at ${clock(stop.reported_at, timeZone)}` : "";
  const why = stop.skip_reason ? ` (${words(stop.skip_reason)})` : "";
  const note = stop.note ? `: “${stop.note}”` : "";
  return `${who}: ${stop.outcome}${at}${why}${note}`;
}

/** What today's plan makes of it. */
export function todayTold(visits: Visits): string {
  const today = visits.items.filter((visit) => visit.day === visits.today);
  return today.length === 0
    ? "no plan has looked at it today"
    : today.map((visit) => visitTold(visit, visits.timezone)).join("; ");
}
