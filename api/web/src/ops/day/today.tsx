/** The day of a depot: each vehicle's round on the map and in a list, and what needs somebody. */
import "./day.css";
import { useLocation } from "preact-iso";
import { address, dayName, type Looked, later, looked } from "./address";
import { LeftOut } from "./left-out";
import { look, looks } from "./looks";
import { PlanFacts } from "./plan-facts";
import { RoundCard } from "./round-card";
import { RoundPanel } from "./round-panel";
import { type DepotDay, type Today, useDay } from "./use-day";

export default function TodayPage() {
  const { query } = useLocation();
  const at = looked(query);
  const { data, problem, reload } = useDay(at.depot, at.day);
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
      {data !== null && depot !== undefined && (
        <Day today={data} depot={depot} at={at} reload={reload} />
      )}
    </div>
  );
}

interface DayProps {
  readonly today: Today;
  readonly depot: DepotDay;
  readonly at: Looked;
  readonly reload: () => void;
}

function Day({ today, depot, at }: DayProps) {
  const byVehicle = looks(depot.rounds.map((round) => round.vehicle_id));
  const selected = depot.rounds.find((round) => round.round_id === at.round);
  return (
    <>
      <Bar today={today} depot={depot} at={at} />
      <PlanFacts depot={depot} now={today.now} />
      {depot.plan === null ? (
        <Empty depot={depot} />
      ) : (
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
                    href={address(at, { round: round.round_id })}
                    selected={false}
                  />
                ))}
              </ul>
              <LeftOut planId={depot.plan.plan_id} groups={depot.left_out} />
            </>
          ) : (
            <RoundPanel roundId={selected.round_id} close={address(at, { round: null })} />
          )}
        </div>
      )}
    </>
  );
}

interface BarProps {
  readonly today: Today;
  readonly depot: DepotDay;
  readonly at: Looked;
}

function Bar({ today, depot, at }: BarProps) {
  const { route } = useLocation();
  const to = (day: string) => address(at, { day: day === depot.today ? null : day, round: null });
  return (
    <div class="day-top">
      {today.depots.length > 1 && (
        <label>
          Depot
          <select
            value={depot.depot_id}
            onChange={(e) => route(address(at, { depot: e.currentTarget.value, round: null }))}
          >
            {today.depots.map((one) => (
              <option key={one.depot_id} value={one.depot_id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <nav aria-label="Day" class="day-days">
        <a class="button" href={to(later(depot.day, -1))}>
          {dayName(later(depot.day, -1), depot.today)}
        </a>
        <strong aria-current="date">
          {dayName(depot.day, depot.today)}
          <span class="quiet day-line">{depot.day}</span>
        </strong>
        <a class="button" href={to(later(depot.day, 1))}>
          {dayName(later(depot.day, 1), depot.today)}
        </a>
      </nav>
    </div>
  );
}

function Empty({ depot }: { readonly depot: DepotDay }) {
  return (
    <section class="day-empty">
      <h2>
        {depot.name} has no plan for {dayName(depot.day, depot.today)}
      </h2>
      {depot.failed !== null && <p role="alert">The last one failed: {depot.failed.summary}</p>}
    </section>
  );
}
