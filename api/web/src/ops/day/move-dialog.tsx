/** Move a stop: choose where to, hear what the referee says, and decide. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "./dialog";
import { askMove, type Moving, type Target } from "./move";
import { namesOf } from "./names";
import { stopName } from "./stop-row";
import { type DepotDay, told, useRound } from "./use-day";
import { cancel, usePlan } from "./use-plan";
import { Proposed } from "./verdict";

interface Props {
  readonly depot: DepotDay;
  readonly what: Moving;
  /** Where it was dropped; without it somebody has to choose. */
  readonly dropped?: Target | null;
  readonly close: () => void;
}

export function MoveDialog({ depot, what, dropped = null, close }: Props) {
  const [to, setTo] = useState<Target>(
    dropped ?? {
      roundId: what.roundId ?? depot.rounds[0]?.round_id ?? null,
      beforeStopId: null,
    },
  );
  const [asked, setAsked] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = () => {
    setProblem(null);
    askMove(depot.plan?.plan_id ?? "", what, to).then(setAsked, (error: unknown) =>
      setProblem(told(error)),
    );
  };
  useEffect(() => {
    if (dropped !== null) {
      ask();
    }
  }, []);
  const leave = () => {
    if (asked !== null) {
      // nobody decided: a proposal that waits for ever helps nobody; one that ended stays as it is
      cancel(asked).catch(() => undefined);
    }
    close();
  };
  return (
    <Dialog title={`Move ${what.name}`} close={leave}>
      {asked === null ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            ask();
          }}
        >
          <Where depot={depot} what={what} to={to} choose={setTo} />
          {problem !== null && (
            <p class="day-warning" role="alert">
              {problem}
            </p>
          )}
          <div class="day-buttons">
            <button type="submit" class="primary">
              Ask the referee
            </button>
            <button type="button" onClick={leave}>
              Do nothing
            </button>
          </div>
        </form>
      ) : (
        <Answer planId={asked} depot={depot} close={close} again={() => setAsked(null)} />
      )}
    </Dialog>
  );
}

interface WhereProps {
  readonly depot: DepotDay;
  readonly what: Moving;
  readonly to: Target;
  readonly choose: (to: Target) => void;
}

const OFF = "off";
const LAST = "last";

function Where({ depot, what, to, choose }: WhereProps) {
  const { data: round } = useRound(to.roundId);
  const places = (round?.stops ?? []).filter(
    (stop) => stop.outcome === null && stop.stop_id !== what.stopId,
  );
  return (
    <>
      <label>
        Round
        <select
          value={to.roundId ?? OFF}
          onChange={(e) => {
            const { value } = e.currentTarget;
            choose({ roundId: value === OFF ? null : value, beforeStopId: null });
          }}
        >
          {depot.rounds.map((one) => (
            <option key={one.round_id} value={one.round_id}>
              {one.vehicle_name}
              {one.round_id === what.roundId ? " (where it is)" : ""}
            </option>
          ))}
          {what.stopId !== undefined && <option value={OFF}>none: take it off its round</option>}
        </select>
      </label>
      {to.roundId !== null && (
        <label>
          Place
          <select
            value={to.beforeStopId ?? LAST}
            onChange={(e) => {
              const { value } = e.currentTarget;
              choose({ ...to, beforeStopId: value === LAST ? null : value });
            }}
          >
            {places.map((stop) => (
              <option key={stop.stop_id} value={stop.stop_id}>
                before {stop.seq}. {stopName(stop)}
              </option>
            ))}
            <option value={LAST}>after the last bin</option>
          </select>
        </label>
      )}
    </>
  );
}

interface AnswerProps {
  readonly planId: string;
  readonly depot: DepotDay;
  readonly close: () => void;
  readonly again: () => void;
}

function Answer({ planId, depot, close, again }: AnswerProps) {
  const { data: plan, problem } = usePlan(planId);
  if (plan === null || plan.status === "requested" || plan.status === "running") {
    return (
      <p role={problem ? "alert" : "status"}>
        {problem ?? "Asking the referee… The planner drives the rounds again."}
      </p>
    );
  }
  if (plan.status === "proposed") {
    return (
      <>
        <p>The referee has nothing against it.</p>
        <Proposed nameOf={namesOf(depot)} plan={plan} zone={depot.timezone} decided={close} />
        <p>
          <a href={`/ops/plans/${plan.plan_id}`}>See it on the map</a>
        </p>
      </>
    );
  }
  return (
    <>
      <p class="day-warning" role="alert">
        {plan.status === "failed" ? `The referee says no: ${plan.summary}` : plan.summary}
      </p>
      <div class="day-buttons">
        <button type="button" class="primary" onClick={again}>
          Choose another place
        </button>
        <button type="button" onClick={close}>
          Leave it where it is
        </button>
      </div>
    </>
  );
}
