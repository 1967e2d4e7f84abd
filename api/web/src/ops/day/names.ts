/** What a depot's vehicles are called. */
import type { DepotDay } from "./use-day";

export type NameOf = (vehicleId: string) => string;

/** Each vehicle's id and name: those with a round first. */
export function vehiclesOf(depot: DepotDay): (readonly [id: string, name: string])[] {
  return [
    ...depot.rounds.map((one) => [one.vehicle_id, one.vehicle_name] as const),
    ...depot.idle.map((one) => [one.vehicle_id, one.name] as const),
  ];
}

/** Names by id; one that the day does not know keeps its id. */
export function namesOf(depot: DepotDay | undefined): NameOf {
  const names = new Map(depot && vehiclesOf(depot));
  return (vehicleId) => names.get(vehicleId) ?? vehicleId;
}
