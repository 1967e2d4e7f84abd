/** Which day a kept round belongs to, and whether it still is the crew's work. */
import type { Round } from "./types";

const OVER_AFTER_MS = 4 * 3_600_000;

/** The date at the depot, as its rounds are named: "2026-03-02". */
export function localDay(now: number, timeZone: string | undefined): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  return parts.format(new Date(now));
}

/**
 * A round of today, or one that is not long over: a night's, or one kept by a phone whose clock is
 * wrong. It was given as today's, so it never lies ahead.
 */
export function isCurrent(round: Round, now: number): boolean {
  return (
    round.day === localDay(now, round.depot?.timezone) ||
    now < Date.parse(round.ends_at) + OVER_AFTER_MS
  );
}

/**
 * The day to ask the server for: null is its own today. A night's round that goes on past midnight
 * is asked for by its day while it has open stops; the server's today would put it away.
 */
export function dayToAsk(round: Round | null, openStops: number, now: number): string | null {
  if (round === null || openStops === 0 || now < Date.parse(round.starts_at)) {
    return null;
  }
  const isNight = round.day !== localDay(now, round.depot?.timezone) && isCurrent(round, now);
  return isNight ? round.day : null;
}
