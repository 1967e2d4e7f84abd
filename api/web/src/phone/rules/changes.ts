/** What ops changed on a round since the crew last looked, in words. */
import { clock } from "../../shared/words";
import type { StopView } from "./overlay";
import type { Round, Stop } from "./types";
import { visitOf } from "./types";

/** Planned times that move by less are not worth a word. */
const WORTH_SAYING_S = 5 * 60;
const NAMED = 3;

type Stops = ReadonlyMap<string, Stop>;

/**
 * Sentences, the most important first; none where nothing a crew must know has changed. `before` is
 * the round as the crew knows it, `now` what is in force (null: no round any more), `views` how its
 * stops stand with what was marked meanwhile.
 */
export function changes(before: Round, now: Round | null, views: readonly StopView[]): string[] {
  if (now === null) {
    return ["Your round was cancelled. What you have marked is kept."];
  }
  if (before.plan_id === now.plan_id || before.day !== now.day) {
    return [];
  }
  const zone = now.depot?.timezone;
  const settled = new Set(
    views.filter((view) => view.outcome !== null).map((view) => visitOf(view.stop)),
  );
  const open = (stop: Stop) => !settled.has(visitOf(stop));
  const known = keyed(before);
  const given = keyed(now);
  const added = [...given].flatMap(([key, stop]) => (!known.has(key) && open(stop) ? [stop] : []));
  // what was marked before it moved away is done: there is nothing to tell
  const gone = [...known].flatMap(([key, stop]) =>
    !given.has(key) && stop.outcome === null && open(stop) ? [stop] : [],
  );
  return [
    ...vehicle(before, now),
    ...listed(added, "more on your round", "more on your round"),
    ...listed(gone, "is not yours any more", "are not yours any more"),
    ...order(known, given, open),
    ...times(known, given, open, zone),
    ...end(before, now, zone),
  ];
}

/**
 * The stops in order, by what makes them the same on both rounds: a bin's visit; which break, and
 * which time at a disposal site (they come more than once, and have no visit that lasts).
 */
function keyed(round: Round): Stops {
  const found = new Map<string, Stop>();
  for (const stop of [...round.stops].sort((a, b) => a.seq - b.seq)) {
    const what = stop.kind === "bin" ? visitOf(stop) : (stop.disposal_site_id ?? "break");
    let times = 1;
    while (found.has(`${what} ${times}`)) {
      times += 1;
    }
    found.set(`${what} ${times}`, stop);
  }
  return found;
}

/** What a stop is called: the address, or what is done there. */
export function nameOf(stop: Stop): string {
  return stop.name ?? (stop.kind === "break" ? "Break" : (stop.bin_id ?? "Stop"));
}

function vehicle(before: Round, now: Round): string[] {
  return before.vehicle_id === now.vehicle_id
    ? []
    : [
        `You drive ${now.vehicle?.name ?? now.vehicle_id} now, not ${before.vehicle?.name ?? before.vehicle_id}.`,
      ];
}

function listed(stops: readonly Stop[], one: string, many: string): string[] {
  if (stops.length === 0) {
    return [];
  }
  const names = stops.slice(0, NAMED).map(nameOf).join(", ");
  const rest = stops.length > NAMED ? ` and ${stops.length - NAMED} others` : "";
  return [
    `${stops.length} ${stops.length === 1 ? `stop ${one}` : `stops ${many}`}: ${names}${rest}.`,
  ];
}

/** Whether stops that are on both rounds come in another order, and what comes first then. */
function order(known: Stops, given: Stops, open: (stop: Stop) => boolean): string[] {
  const both = (of: Stops, other: Stops) =>
    [...of].filter(([key, stop]) => other.has(key) && open(stop)).map(([key]) => key);
  if (both(known, given).join("|") === both(given, known).join("|")) {
    return [];
  }
  const next = [...given.values()].find(open);
  return [`The order has changed${next === undefined ? "" : `: next is ${nameOf(next)}`}.`];
}

function times(
  known: Stops,
  given: Stops,
  open: (stop: Stop) => boolean,
  zone: string | undefined,
): string[] {
  const moved = [...given]
    .flatMap(([key, stop]) => {
      const was = known.get(key);
      return was === undefined || !open(stop)
        ? []
        : [{ stop, by: (Date.parse(stop.arrives_at) - Date.parse(was.arrives_at)) / 1000 }];
    })
    .filter(({ by }) => Math.abs(by) >= WORTH_SAYING_S);
  const first = moved[0];
  if (first === undefined) {
    return [];
  }
  const example = `${nameOf(first.stop)} at ${clock(first.stop.arrives_at, zone)}`;
  return [
    moved.length === 1
      ? `New time: ${example}.`
      : `New times for ${moved.length} stops, the first ${example}.`,
  ];
}

function end(before: Round, now: Round, zone: string | undefined): string[] {
  const by = (Date.parse(now.ends_at) - Date.parse(before.ends_at)) / 1000;
  return Math.abs(by) < WORTH_SAYING_S
    ? []
    : [`Planned end ${clock(now.ends_at, zone)}, not ${clock(before.ends_at, zone)}.`];
}
