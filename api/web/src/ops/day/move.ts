/** A stop moved by hand: what is moved, where to, and asking for it. */
import { api } from "../../shared/api";

/** A stop of a round, or a bin that is on none. */
export interface Moving {
  readonly name: string;
  readonly stopId?: string;
  readonly binId?: string;
  /** The round it is on. */
  readonly roundId?: string;
}

export interface Target {
  /** null: off every round. */
  readonly roundId: string | null;
  /** null: after the last bin. */
  readonly beforeStopId: string | null;
}

/** Asks the planner; the plan that will have the verdict. */
export async function askMove(planId: string, what: Moving, to: Target): Promise<string> {
  const { data } = await api.POST("/plans/{plan_id}/moves", {
    params: { path: { plan_id: planId } },
    body: {
      stop_id: what.stopId ?? null,
      bin_id: what.binId ?? null,
      to_round_id: to.roundId,
      before_stop_id: to.beforeStopId,
    },
  });
  return (data as { readonly plan_id: string }).plan_id;
}
