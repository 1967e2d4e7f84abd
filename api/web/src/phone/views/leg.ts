import { distance } from "../../shared/words";
import type { StopView } from "../rules/overlay";
import type { Leg } from "../rules/types";
import * as state from "../state/state";

/** The planned way to a stop; null where none is known. */
export function wayTo(view: StopView): Leg | null {
  const n = state.views.value.findIndex((one) => one.stop.stop_id === view.stop.stop_id);
  return state.round.value?.legs[n] ?? null;
}

/** "840 m, 3 min"; null where nothing is driven or no way is known. */
export function wayWords(view: StopView): string | null {
  const leg = wayTo(view);
  if (leg === null || leg.distance_m === 0) {
    return null;
  }
  return `${distance(leg.distance_m)}, ${Math.max(1, Math.round(leg.drive_s / 60))} min`;
}
