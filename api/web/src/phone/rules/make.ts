/** Rounds for tests. */
import type { StopView } from "./overlay";
import { laidOver } from "./overlay";
import type { Item, LevelItem, MarkItem, Round, Step, Stop } from "./types";

export const at = (clock: string) => `2026-03-02T${clock}:00Z`;
export const time = (clock: string) => Date.parse(at(clock));

/** A bin at eight past seven and so on: one every ten minutes. */
export function stop(n: number, change: Partial<Stop> = {}): Stop {
  const arrives_at = new Date(time("07:00") + n * 600_000).toISOString();
  return {
    stop_id: `stop-${n}`,
    seq: n,
    kind: "bin",
    position: { lon: 14.4 + n / 1000, lat: 50.1 },
    bin_id: `bin-${n}`,
    disposal_site_id: null,
    name: `Dlouha ${n}`,
    stream: "paper",
    access_note: null,
    arrives_at,
    begins_at: arrives_at,
    service_s: 60,
    expected_fill_pct: 90,
    load_kg: 100,
    due_reason: "over_threshold",
    outcome: null,
    skip_reason: null,
    reported_at: null,
    ...change,
  } as Stop;
}

export function round(stops: readonly Stop[], change: Partial<Round> = {}): Round {
  return {
    round_id: "round",
    plan_id: "plan-1",
    day: "2026-03-02",
    vehicle_id: "lorry-1",
    crew_id: "crew-1",
    starts_at: at("07:00"),
    ends_at: at("13:00"),
    distance_m: 1000,
    drive_s: 600,
    load_kg: 1000,
    end_depot_id: null,
    progress: { done: 0, skipped: 0, open: stops.length },
    legs: [],
    depot: { name: "Depot", position: { lon: 14.4, lat: 50.1 }, timezone: "Europe/Prague" },
    stops,
    ...change,
  } as Round;
}

export function mark(n: number, change: Partial<MarkItem> = {}): MarkItem {
  return {
    kind: "mark",
    seq: n,
    id: `mark-${n}`,
    crew_id: "crew-1",
    made_at: at("07:30"),
    state: "waiting",
    place: `Dlouha ${n}`,
    stop_id: `stop-${n}`,
    visit: `stop-${n}`,
    outcome: "done",
    skip_reason: null,
    note: null,
    weight_kg: null,
    photo_ids: [],
    device_id: "device",
    follows: null,
    ...change,
  };
}

export function level(n: number, change: Partial<LevelItem> = {}): LevelItem {
  const { seq, id, crew_id, made_at, state, place } = mark(n);
  return {
    kind: "level",
    seq,
    id,
    crew_id,
    made_at,
    state,
    place,
    bin_id: `bin-${n}`,
    fill_pct: 75,
    ...change,
  };
}

export const views = (stops: readonly Stop[], items: readonly Item[] = []): StopView[] =>
  laidOver(round(stops), items, "device");

export function step(maneuver: string, modifier: string | null, change: Partial<Step> = {}): Step {
  return {
    maneuver,
    modifier,
    street: "Dlouha",
    ref: null,
    distance_m: 120,
    drive_s: 20,
    lon: 14.4,
    lat: 50.1,
    bearing_deg: 0,
    driving_side: "right",
    exit_number: null,
    ...change,
  };
}
