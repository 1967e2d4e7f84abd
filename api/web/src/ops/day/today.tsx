/** The day of a depot: each vehicle's round on the map and in a list, and what needs somebody. */
import "./day.css";
import { useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import { clock } from "../../shared/words";
import { address, type Looked, looked } from "./address";
import { Coming, DayBar, Empty } from "./day-bar";
import { LeftOut } from "./left-out";
import { useLive } from "./live-day";
import { look, looks } from "./looks";
import type { Marks } from "./map-data";
import { PlanFacts } from "./plan-facts";
import { RoundCard } from "./round-card";
import { RoundPanel } from "./round-panel";
import { RoundsMap } from "./rounds-map";
import { type DepotDay, type Today, useDay } from "./use-day";

export default function TodayPage() {
  const { query } = useLocation();
  const at = looked(query);
  const { data, problem, reload } = useDay(at.day);
  useLive(reload);
  const depot = data?.depots.find((one) => one.depot_id === at.depot) ?? data?.depots[0];
  return (
    <div class="day">
      <h1 class="visually-hidden">The day</h1>
      {problem !== null && (
        <p class="day-warning" role="alert">
          {problem}
          {data !== null && " What is shown is from before."}
        </p>
      )}
      {data === null && problem === null && <p class="day-empty quiet">Reading the day</p>}
      {data !== null && depot === undefined && (
        <p class="day-empty">No depot is registered. brimful register makes one.</p>
      )}
      {data !== null && depot !== undefined && <Day today={data} depot={depot} at={at} />}
    </div>
  );
}

interface DayProps {
  readonly today: Today;
  readonly depot: DepotDay;
  readonly at: Looked;
}

function Day({ today, depot, at }: DayProps) {
  const { route } = useLocation();
  const ids = vehicleIds(depot).join(" ");
  const byVehicle = useMemo(() => looks(ids.split(" ")), [ids]);
  const marks = useMemo(() => marksOf(depot), [depot]);
  const selected = depot.rounds.find((round) => round.vehicle_id === at.vehicle);
  return (
    <>
      <DayBar today={today} depot={depot} at={at} />
      <Coming depot={depot} />
      <PlanFacts depot={depot} now={today.now} />
      {depot.plan === null ? (
        <Empty depot={depot} />
      ) : (
        <div class="day-room">
          <RoundsMap
            planId={depot.plan.plan_id}
            looks={byVehicle}
            closed={depot.plan.replan?.closed ?? null}
            marks={marks}
            roundId={selected?.round_id ?? null}
            onVehicle={(vehicle) => route(address(at, { vehicle }))}
          />
          <div class="day-side">
            {selected === undefined ? (
              <>
                <ul class="day-cards" aria-label="Rounds">
                  {depot.rounds.map((round) => (
                    <RoundCard
                      key={round.round_id}
                      round={round}
                      look={byVehicle.get(round.vehicle_id) ?? look(0)}
                      zone={depot.timezone}
                      href={address(at, { vehicle: round.vehicle_id })}
                    />
                  ))}
                </ul>
                <Idle depot={depot} />
                <LeftOut depot={depot} planId={depot.plan.plan_id} />
              </>
            ) : (
              <RoundPanel
                depot={depot}
                roundId={selected.round_id}
                close={address(at, { vehicle: null })}
              />
            )}
          </div>
        </div>
      )}
    </>
  );
}

/** All of the depot: a vehicle looks the same whether or not it has a round. */
export function vehicleIds(depot: DepotDay): string[] {
  return [...depot.rounds, ...depot.idle].map((one) => one.vehicle_id);
}

/** What of the day the map shows beside the rounds as planned. */
function marksOf(depot: DepotDay): Marks {
  return {
    late: new Set(
      depot.rounds.flatMap((round) => [...round.late, ...round.missed].map((one) => one.stop_id)),
    ),
    here: depot.rounds.flatMap(({ vehicle_id, last }) =>
      last === null ? [] : [{ vehicle_id, ...last.position }],
    ),
  };
}

function Idle({ depot }: { readonly depot: DepotDay }) {
  if (depot.idle.length === 0) {
    return null;
  }
  return (
    <section>
      <h2>Vehicles without a round</h2>
      <ul>
        {depot.idle.map((one) => (
          <li key={one.vehicle_id}>
            {one.name}
            {one.out_of_service && <strong class="day-late"> {outOfService(one, depot)}</strong>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function outOfService(
  one: { readonly out_of_service_since: string | null },
  depot: DepotDay,
): string {
  const since = one.out_of_service_since;
  return since === null ? "out of service" : `out of service since ${clock(since, depot.timezone)}`;
}
