/** A handful of bins for tests. */

import type { Columns } from "./columns";

/** Six bins: fresh and full, stale, untrusted, never heard, without sensor, without position. */
export const SIX: Columns = {
  now_s: 1_000_000,
  bin_id: ["a-1", "a-2", "a-10", "b-1", "b-2", "b-3"],
  name: ["Dlouha 1", "Dlouha 2", "Dlouha 10", "Ash 1", "Ash 2", "Ash 3"],
  lon: [14.1, 14.2, 14.3, 14.4, 14.5, null],
  lat: [50.1, 50.1, 50.1, 50.2, 50.2, null],
  streams: ["glass", "paper"],
  stream: [1, 1, 1, 0, 0, 0],
  depots: ["north", "south"],
  depot: [0, 0, 0, 1, 1, 1],
  areas: ["old town"],
  area: [0, 0, null, null, null, null],
  fill_pct: [92.5, 40, 75, null, 10, 80],
  trusts: ["fresh", "stale", "untrusted", "no_level"],
  trust: [0, 1, 2, 3, 0, 0],
  measured_at_s: [999_400, 700_000, 990_000, null, 999_000, 999_900],
  has_sensor: [1, 1, 1, 1, 0, 1],
  healths: ["silent", "stuck", "ok"],
  health: [2, 0, 1, 0, null, 2],
  threshold_pct: [80, 80, 80, 80, 80, 80],
  in_service: [1, 1, 1, 1, 1, 0],
};
