/** What is said of a bin in a line: its level, whom to trust, how old, what is the matter. */

import { age, words } from "../../shared/words";
import type { Bins } from "./columns";
import { NONE } from "./columns";
import { isOver, isPlaced, trustName } from "./looks";

/** "87 %", or "no level". */
export function fillText(fill: number | null): string {
  return fill === null || Number.isNaN(fill) ? "no level" : `${Math.round(fill)} %`;
}

/** How many of something: "1,204". */
export function many(count: number): string {
  return count.toLocaleString("en-GB");
}

/** "1,204 of 50,000 bins; 37 without a position". */
export function countText(selected: number, all: number, withoutPosition: number): string {
  const of =
    selected === all
      ? `${many(all)} ${plural(all)}`
      : `${many(selected)} of ${many(all)} ${plural(all)}`;
  return withoutPosition ? `${of}; ${many(withoutPosition)} without a position` : of;
}

function plural(count: number): string {
  return count === 1 ? "bin" : "bins";
}

/** "fresh, 12 min"; a level without an age has none. */
export function trustText(bins: Bins, row: number, nowMs: number): string {
  const measuredAt = bins.measuredAt[row] as number;
  const trust = trustName(bins, row);
  return Number.isNaN(measuredAt) ? trust : `${trust}, ${age(nowMs / 1000 - measuredAt)} old`;
}

/** What else has to be known: "over its threshold of 80 %", "sensor silent", "no position". */
export function remarks(bins: Bins, row: number): string[] {
  const said: string[] = [];
  const health = bins.healths[bins.health[row] as number];
  if (isOver(bins, row)) {
    said.push(`over ${Math.round(bins.threshold[row] as number)} %`);
  }
  if ((bins.health[row] as number) === NONE || !bins.hasSensor[row]) {
    said.push("no sensor");
  } else if (health !== undefined && health !== "ok") {
    said.push(`sensor ${words(health)}`);
  }
  if (!bins.inService[row]) {
    said.push("out of service");
  }
  if (!isPlaced(bins, row)) {
    said.push("no position");
  }
  return said;
}
