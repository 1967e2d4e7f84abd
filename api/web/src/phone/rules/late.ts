/** How far behind or ahead of its plan a round is, from the marks alone. */
import type { StopView } from "./overlay";
import { nextOf } from "./overlay";

/** Differences smaller than this are "on time": nobody drives by the second. */
export const ON_TIME_S = 5 * 60;

const plannedEnd = (view: StopView) => Date.parse(view.stop.begins_at) + view.stop.service_s * 1000;

/**
 * Seconds behind plan (negative: ahead), or null before anything tells: no mark yet and the time of
 * the next stop has not come. The last mark says how late the crew was then; a next stop whose time
 * has passed says that it is later by now.
 */
export function behindS(views: readonly StopView[], now: number): number | null {
  const marked = views.filter((view) => view.outcome !== null && view.reported_at !== null);
  const last = marked.reduce<StopView | null>(
    (found, view) => (found && at(found) > at(view) ? found : view),
    null,
  );
  const next = nextOf(views);
  const then = last === null ? null : (at(last) - plannedEnd(last)) / 1000;
  const overdue = next === null ? null : (now - Date.parse(next.stop.arrives_at)) / 1000;
  if (then === null) {
    return overdue !== null && overdue > 0 ? Math.round(overdue) : null;
  }
  return Math.round(overdue === null ? then : Math.max(then, overdue));
}

const at = (view: StopView) => Date.parse(view.reported_at ?? "");

/** "12 min late", "8 min early", "on time". */
export function lateWords(seconds: number): string {
  if (Math.abs(seconds) < ON_TIME_S) {
    return "on time";
  }
  const minutes = Math.round(Math.abs(seconds) / 60);
  const long =
    minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${long} ${seconds > 0 ? "late" : "early"}`;
}

/** When the next stop or the end is to be expected: its planned time, shifted; never in the past. */
export function expectedAt(planned: string, behind: number | null, now: number): number {
  return Math.max(now, Date.parse(planned) + Math.max(behind ?? 0, -30 * 60) * 1000);
}
