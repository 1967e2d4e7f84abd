/** How a bin looks on the map and beside it: the shape says whom to trust, the colour how full. */

import { NO_LEVEL_COLOUR, STEPS } from "../../shared/levels";
import type { Bins } from "./columns";
import { TRUSTS } from "./columns";

/** The five shapes, in the order in which bins number them. */
export const KINDS = [
  { kind: "fresh", shape: "disc", name: "fresh", meaning: "heard of lately and believed" },
  { kind: "stale", shape: "ring", name: "stale", meaning: "the level is old" },
  {
    kind: "untrusted",
    shape: "triangle",
    name: "untrusted",
    meaning: "its newest reading cannot be believed; this is the last level that could",
  },
  { kind: "no_level", shape: "cross", name: "no level", meaning: "its sensor never said one" },
  { kind: "no_sensor", shape: "square", name: "no sensor", meaning: "what crews say of it" },
] as const;

export type Kind = (typeof KINDS)[number]["kind"];
export type Shape = (typeof KINDS)[number]["shape"];

const NO_SENSOR = KINDS.length - 1;
/** Colours by step of fill; the last one: no level is known. */
export const COLOURS: readonly string[] = [...STEPS.map((step) => step.colour), NO_LEVEL_COLOUR];
const NO_STEP = STEPS.length;

/** The number of a bin's shape in KINDS. */
export function kindOf(bins: Bins, row: number): number {
  return bins.hasSensor[row] ? (bins.trust[row] as number) : NO_SENSOR;
}

/** The number of a fill's colour in COLOURS. */
export function stepOf(fill: number): number {
  if (Number.isNaN(fill)) {
    return NO_STEP;
  }
  let step = 0;
  while (step + 1 < STEPS.length && fill >= (STEPS[step + 1] as { from: number }).from) {
    step += 1;
  }
  return step;
}

/** Whether a bin has reached its threshold, by the last level that could be believed. */
export function isOver(bins: Bins, row: number): boolean {
  return (bins.fill[row] as number) >= (bins.threshold[row] as number);
}

/** Whether anybody knows where a bin stands. */
export function isPlaced(bins: Bins, row: number): boolean {
  return !Number.isNaN(bins.lon[row] as number);
}

/** The trust of a bin's level as people read it: "fresh", "stale", "untrusted", "no level". */
export function trustName(bins: Bins, row: number): string {
  const trust = TRUSTS[bins.trust[row] as number] ?? "no_level";
  return trust.replace("_", " ");
}
