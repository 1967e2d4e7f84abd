/** A proposed plan: what it changes, and whether it is driven. Also how one ended otherwise. */
import { useState } from "preact/hooks";
import { DifferenceTold } from "./difference";
import { mayChange } from "./may";
import type { NameOf } from "./names";
import { told } from "./use-day";
import { accept, cancel, type PlanWhole, useDifference } from "./use-plan";

interface Props {
  readonly plan: PlanWhole;
  readonly zone: string;
  readonly nameOf: NameOf;
  /** Called when it is in force, or thrown away. */
  readonly decided: (accepted: boolean) => void;
}

export function Proposed({ plan, zone, nameOf, decided }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const doing = (action: (planId: string) => Promise<void>, accepted: boolean) => async () => {
    setBusy(true);
    try {
      await action(plan.plan_id);
      decided(accepted);
    } catch (error) {
      setProblem(told(error));
      setBusy(false);
    }
  };
  return (
    <section aria-label="Proposal">
      <p>{plan.summary}</p>
      <Changes plan={plan} zone={zone} nameOf={nameOf} />
      {problem !== null && (
        <p class="day-warning" role="alert">
          {problem}
        </p>
      )}
      {mayChange() && (
        <div class="day-buttons">
          <button type="button" class="primary" disabled={busy} onClick={doing(accept, true)}>
            Accept: crews drive this
          </button>
          <button type="button" disabled={busy} onClick={doing(cancel, false)}>
            Throw away
          </button>
        </div>
      )}
    </section>
  );
}

export function Changes({ plan, zone, nameOf }: Omit<Props, "decided">) {
  const { data, problem } = useDifference(plan);
  if (data === null) {
    return <p role={problem ? "alert" : "status"}>{problem ?? "Comparing with the plan before"}</p>;
  }
  if (data.found === null) {
    return <p class="quiet">It came in the place of no other plan.</p>;
  }
  return <DifferenceTold found={data.found} zone={zone} nameOf={nameOf} />;
}
