/** A plan while it is made: how far it is, the best so far, and how to end it. */
import { useEffect, useState } from "preact/hooks";
import { age, distance, secondsSince } from "../../shared/words";
import { mayChange } from "./may";
import type { NameOf } from "./names";
import { told } from "./use-day";
import { cancel, finish, type PlanWhole } from "./use-plan";

const PHASES: Record<string, string> = {
  reading: "Reading how full the bins are and what is done",
  travel: "Working out how long every way takes",
  searching: "Searching for better rounds",
  checking: "The referee drives every round again",
};
const WAITS_LONG_S = 15;

export function Making({ plan, nameOf }: { readonly plan: PlanWhole; readonly nameOf: NameOf }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const doing = (action: (planId: string) => Promise<void>) => () =>
    action(plan.plan_id).catch((error: unknown) => setProblem(told(error)));
  const { progress } = plan;
  const searching = progress?.phase === "searching";
  return (
    <section aria-label="Progress" class="day-making">
      <p role="status">
        {plan.status === "requested"
          ? "Waiting for the planner"
          : (PHASES[progress?.phase ?? "reading"] ?? "Being made")}
      </p>
      {plan.status === "requested" && <Waits since={plan.requested_at} />}
      {plan.status === "running" && (
        <progress
          aria-label="Search"
          max={progress?.limit_s || 1}
          {...(searching || progress?.phase === "checking" ? { value: progress.elapsed_s } : {})}
        />
      )}
      {searching && (
        <p class="quiet">
          {Math.round(progress.elapsed_s)} s of at most {Math.round(progress.limit_s)} s
        </p>
      )}
      {progress !== null && progress.rounds.length > 0 && (
        <>
          <p>
            Best so far: <strong>{progress.bins_on_rounds} bins</strong> on rounds,{" "}
            <strong>{distance(progress.distance_m)}</strong>, {progress.bins_left_out} wanted bins
            on none
          </p>
          <ul class="quiet">
            {progress.rounds.map((round) => (
              <li key={round.vehicle_id}>
                {nameOf(round.vehicle_id)}: {round.bins} bins, {distance(round.distance_m)}
              </li>
            ))}
          </ul>
        </>
      )}
      {problem !== null && <p role="alert">{problem}</p>}
      {mayChange() && (
        <div class="day-buttons">
          {searching && (
            <button type="button" class="primary" onClick={doing(finish)}>
              Take the best so far
            </button>
          )}
          <button type="button" onClick={doing(cancel)}>
            Cancel
          </button>
        </div>
      )}
    </section>
  );
}

function Waits({ since }: { readonly since: string }) {
  const waited = secondsSince(since);
  if (waited < WAITS_LONG_S) {
    return null;
  }
  return (
    <p class="day-warning">
      It waits for {age(waited)}. The planner is busy with another plan, or does not run: brimful
      plan --watch.
    </p>
  );
}
