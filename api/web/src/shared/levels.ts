/** How a level looks on every screen: its colour says how full, its shape how far it is trusted. */

export type Trust = "fresh" | "stale" | "untrusted" | "no_level";

/** Steps of fill in percent, each with its colour: readable in both schemes and by the colour blind. */
export const STEPS = [
  { from: 0, colour: "#2c7fb8", name: "below 25 %" },
  { from: 25, colour: "#41b6a6", name: "25 to 50 %" },
  { from: 50, colour: "#e8c33a", name: "50 to 75 %" },
  { from: 75, colour: "#ee7d23", name: "75 to 90 %" },
  { from: 90, colour: "#c8102e", name: "90 % and over" },
] as const;

export const NO_LEVEL_COLOUR = "#7d8a85";

/** The colour of a level; null: nothing is known. */
export function colour(fillPct: number | null): string {
  if (fillPct === null) {
    return NO_LEVEL_COLOUR;
  }
  const step = STEPS.findLast((one) => fillPct >= one.from) ?? STEPS[0];
  return step.colour;
}

/** The shape of a trust, by name and as people read it. */
export const SHAPES: Record<
  Trust,
  { shape: "disc" | "ring" | "triangle" | "cross"; name: string }
> = {
  fresh: { shape: "disc", name: "fresh" },
  stale: { shape: "ring", name: "stale" },
  untrusted: { shape: "triangle", name: "untrusted" },
  no_level: { shape: "cross", name: "no level" },
};
