/** Above the day: which depot, which day, what is being planned, and how to plan. */

import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { address, dayName, type Looked, later } from "./address";
import { canReplan } from "./ask";
import { mayChange } from "./may";
import { PlanDialog } from "./plan-dialog";
import type { DepotDay, Today } from "./use-day";

interface BarProps {
  readonly today: Today;
  readonly depot: DepotDay;
  readonly at: Looked;
}

export function DayBar({ today, depot, at }: BarProps) {
  const { route } = useLocation();
  const [planning, setPlanning] = useState(false);
  const to = (day: string) => address(at, { day: day === depot.today ? null : day, vehicle: null });
  const name = dayName(depot.day, depot.today);
  return (
    <div class="day-top">
      {today.depots.length > 1 && (
        <label>
          Depot
          <select
            value={depot.depot_id}
            onChange={(e) => route(address(at, { depot: e.currentTarget.value, vehicle: null }))}
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
          {name}
          <span class="quiet day-line">{depot.day}</span>
        </strong>
        <a class="button" href={to(later(depot.day, 1))}>
          {dayName(later(depot.day, 1), depot.today)}
        </a>
      </nav>
      {mayChange() && (
        <button
          type="button"
          class={depot.plan === null ? "primary" : undefined}
          onClick={() => setPlanning(true)}
        >
          {canReplan(depot) ? "Re-plan the rest of the day" : `Plan ${name}`}
        </button>
      )}
      {planning && <PlanDialog depot={depot} dayName={name} close={() => setPlanning(false)} />}
    </div>
  );
}

const COMING: Record<string, readonly [told: string, link: string]> = {
  requested: ["A plan is asked for.", "Watch it"],
  running: ["A plan is being made.", "Watch it"],
  proposed: ["A plan is proposed and waits for a decision.", "Look at it"],
};

/** Plans that are on their way, and the last one that failed. */
export function Coming({ depot }: { readonly depot: DepotDay }) {
  return (
    <>
      {depot.coming.map((plan) => {
        const [told, link] = COMING[plan.status] ?? [plan.status, "Look at it"];
        return (
          <p key={plan.plan_id} class="day-notice" role="status">
            {told} <a href={`/ops/plans/${plan.plan_id}`}>{link}</a>
          </p>
        );
      })}
      {depot.failed !== null && (
        <p class="day-warning" role="alert">
          The last plan that was asked for failed: {depot.failed.summary}
        </p>
      )}
    </>
  );
}

export function Empty({ depot }: { readonly depot: DepotDay }) {
  return (
    <section class="day-empty">
      <h2>
        {depot.name} has no plan for {dayName(depot.day, depot.today)}
      </h2>
      <p class="quiet">
        The daily plan is made by the planner at its hour; it can be asked for above at any time.
      </p>
    </section>
  );
}
