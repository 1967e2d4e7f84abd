/** What a depot's vehicles are called. */
import type { DepotDay } from "./use-day";

export type NameOf = (vehicleId: string) => string;

/** Names by id; one that the day does not know keeps its id. */
export function namesOf(depot: DepotDay | undefined): NameOf {
  const names = new Map([
    ...(depot?.rounds ?? []).map((one) => [one.vehicle_id, one.vehicle_name] as const),
    ...(depot?.idle ?? []).map((one) => [one.vehicle_id, one.name] as const),
  ]);
  return (vehicleId) => names.get(vehicleId) ?? vehicleId;
}
