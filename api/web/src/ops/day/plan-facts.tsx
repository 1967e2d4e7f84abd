/** What is known of the plan in force: how old, how it chose, on which roads, what is coming. */
import { age, distance, secondsSince } from "../../shared/words";
import { POLICY_WORDS } from "./ask";
import type { DepotDay, PlanOut } from "./use-day";

export function PlanFacts({ depot, now }: { readonly depot: DepotDay; readonly now: string }) {
  const { plan } = depot;
  if (plan === null) {
    return null;
  }
  const bins = sum(depot, (round) => round.bins);
  const left = depot.left_out.reduce((n, group) => n + group.count, 0);
  return (
    <>
      {depot.straight_lines && (
        <p class="day-warning" role="note">
          <strong>Straight lines, no roads.</strong> {plan.travel_source}: times and kilometres are
          guesses.
        </p>
      )}
      <dl class="day-facts">
        <Fact name="Plan">
          <a href={`/ops/plans/${plan.plan_id}`}>
            {plan.finished_at === null
              ? plan.status
              : `${age(secondsSince(plan.finished_at, Date.parse(now)))} old`}
          </a>
          {plan.replan !== null && " (re-plan)"}
        </Fact>
        <Fact name="Chosen by">{chosen(plan)}</Fact>
        <Fact name="On rounds">
          {bins} bins, {distance(sum(depot, (round) => round.distance_m))}
        </Fact>
        <Fact name="Left out">{left} bins</Fact>
        {depot.due_without_position > 0 && (
          <Fact name="Due, position unknown">
            <strong class="day-late">{depot.due_without_position} bins</strong>
          </Fact>
        )}
      </dl>
    </>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function chosen(plan: PlanOut): string {
  if (plan.policy === null) {
    return "as set";
  }
  const dial =
    plan.policy === "prize" && plan.dial_m !== null
      ? `, up to ${distance(plan.dial_m)} for one`
      : "";
  return `${POLICY_WORDS[plan.policy]}${dial}`;
}

function sum(depot: DepotDay, of: (round: DepotDay["rounds"][number]) => number): number {
  return depot.rounds.reduce((n, round) => n + of(round), 0);
}
