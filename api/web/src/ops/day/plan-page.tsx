/** One plan: while it is made, when it is proposed, and as it stands. */
import "./day.css";
import "./dialog.css";
import { useMemo } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { distance, words } from "../../shared/words";
import { address, dayName, looked } from "./address";
import { look, looks } from "./looks";
import { Making } from "./making";
import { namesOf } from "./names";
import { chosen } from "./plan-facts";
import { kg, Swatch } from "./round-card";
import { RoundsMap } from "./rounds-map";
import { vehicleIds } from "./today";
import { type DepotDay, useDay } from "./use-day";
import { hasRounds, type PlanWhole, usePlan } from "./use-plan";
import { Changes, Proposed } from "./verdict";

export default function PlanPage() {
  const { params } = useRoute();
  const { data: plan, problem } = usePlan(params.plan_id ?? "");
  if (plan === null) {
    return (
      <p class="day-empty" role={problem ? "alert" : "status"}>
        {problem ?? "Reading the plan"}
      </p>
    );
  }
  return (
    <div class="day">
      {problem !== null && <p role="alert">{problem}</p>}
      <Plan plan={plan} />
    </div>
  );
}

function Plan({ plan }: { readonly plan: PlanWhole }) {
  const { route } = useLocation();
  const { data } = useDay(plan.day);
  const depot = data?.depots.find((one) => one.depot_id === plan.depot_id);
  const nameOf = namesOf(depot);
  const zone = depot?.timezone ?? "UTC";
  const day = depot === undefined ? null : plan.day === depot.today ? null : plan.day;
  const back = address(looked({}), { depot: plan.depot_id, day });
  const making = plan.status === "requested" || plan.status === "running";
  return (
    <>
      <div class="day-top">
        <h1>
          {title(plan)}, {depot === undefined ? plan.day : dayName(plan.day, depot.today)}
        </h1>
        <a class="button" href={back}>
          Back to the day
        </a>
      </div>
      {making && <Making plan={plan} nameOf={nameOf} />}
      {(plan.status === "failed" || plan.status === "cancelled") && (
        <p class="day-warning" role="alert">
          {plan.summary || words(plan.status)}
        </p>
      )}
      {hasRounds(plan) && (
        <div class="day-room">
          <Shown plan={plan} depot={depot} />
          <div class="day-side">
            {plan.status === "proposed" ? (
              <Proposed plan={plan} zone={zone} nameOf={nameOf} decided={() => route(back)} />
            ) : (
              <>
                <p>{plan.summary}</p>
                <Changes plan={plan} zone={zone} nameOf={nameOf} />
              </>
            )}
            <p class="quiet">
              Chosen by {chosen(plan)}; travel times: {plan.travel_source ?? "not known"}.
            </p>
            <Rounds plan={plan} depot={depot} />
          </div>
        </div>
      )}
    </>
  );
}

interface WithDepot {
  readonly plan: PlanWhole;
  readonly depot: DepotDay | undefined;
}

function useLooks({ plan, depot }: WithDepot) {
  const ids = [
    ...plan.rounds.map((round) => round.vehicle_id),
    ...(depot === undefined ? [] : vehicleIds(depot)),
  ].join(" ");
  return useMemo(() => looks(ids.split(" ")), [ids]);
}

function Shown({ plan, depot }: WithDepot) {
  const byVehicle = useLooks({ plan, depot });
  const old = plan.status === "proposed" ? plan.replaces_plan_id : null;
  const closed = plan.replan?.closed ?? null;
  return <RoundsMap planId={plan.plan_id} oldPlanId={old} looks={byVehicle} closed={closed} />;
}

function Rounds({ plan, depot }: WithDepot) {
  const byVehicle = useLooks({ plan, depot });
  const nameOf = namesOf(depot);
  const left = Object.entries(plan.left_out_counts);
  return (
    <>
      <h2>
        {plan.bins_on_rounds} bins on {plan.rounds.length} rounds, {distance(plan.distance_m)}
      </h2>
      <ul class="day-cards">
        {plan.rounds.map((round) => (
          <li key={round.round_id} class="day-card">
            <Swatch look={byVehicle.get(round.vehicle_id) ?? look(0)} /> {nameOf(round.vehicle_id)}:{" "}
            {round.stops.filter((stop) => stop.kind === "bin").length} bins,{" "}
            {distance(round.distance_m)}, {kg(round.load_kg)}
          </li>
        ))}
      </ul>
      {left.length > 0 && (
        <p>Left out: {left.map(([reason, n]) => `${n} ${words(reason)}`).join(", ")}.</p>
      )}
    </>
  );
}

const TITLES: Record<string, string> = {
  requested: "A plan is asked for",
  running: "A plan is being made",
  proposed: "A plan is proposed",
  ready: "The plan in force",
  failed: "The plan failed",
  cancelled: "The plan was cancelled",
  superseded: "A plan that was in force before",
};

function title(plan: PlanWhole): string {
  return TITLES[plan.status] ?? plan.status;
}
