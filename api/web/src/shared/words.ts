/** How figures and moments are said, the same way on every screen. */

const UNITS: readonly (readonly [limit: number, seconds: number, name: string])[] = [
  [90, 1, "s"],
  [90 * 60, 60, "min"],
  [36 * 3600, 3600, "h"],
  [Number.POSITIVE_INFINITY, 86400, "days"],
];

/** An age in its fitting unit: "42 s", "5 min", "7 h", "3 days". */
export function age(seconds: number): string {
  const whole = Math.max(0, seconds);
  const [, length, name] = UNITS.find(([limit]) => whole < limit) as (typeof UNITS)[number];
  return `${Math.round(whole / length)} ${name}`;
}

/** Seconds since a moment given as RFC 3339. */
export function secondsSince(moment: string, now: number = Date.now()): number {
  return (now - Date.parse(moment)) / 1000;
}

/** The time of day, in the time zone given or the reader's own: "07:45". */
export function clock(moment: string, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(moment));
}

/** Day and time: "Mon 2 Mar, 07:45". */
export function dayAndClock(moment: string, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(moment));
}

/** Metres or kilometres: "850 m", "12.4 km". */
export function distance(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`;
}

/** A word of the interface as people read it: "no_road_near" is "no road near". */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}
