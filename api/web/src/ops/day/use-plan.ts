/** One plan, followed while it is made. */
import { api, Problem, type Schemas } from "../../shared/api";
import { useLive } from "./live-day";
import { type Read, useRead } from "./use-day";

export type PlanWhole = Schemas["PlanWhole"];
export type Difference = Schemas["DifferenceOut"];

/** Nothing more becomes of it by itself. */
const ENDED = new Set(["failed", "cancelled", "superseded"]);

export function hasRounds(plan: { readonly status: string }): boolean {
  return plan.status === "ready" || plan.status === "proposed" || plan.status === "superseded";
}

export function usePlan(planId: string): Read<PlanWhole> {
  const found = useRead(planId, async (signal) => {
    const path = { plan_id: planId };
    const { data } = await api.GET("/plans/{plan_id}", { params: { path }, signal });
    return data as PlanWhole;
  });
  useLive(
    found.reload,
    (event) => event.plan_id === planId && !ENDED.has(found.data?.status ?? ""),
  );
  return found;
}

/** What a plan changes; null in `data.found` where it came in the place of no other. */
export function useDifference(plan: PlanWhole | null): Read<{ readonly found: Difference | null }> {
  const key = plan !== null && hasRounds(plan) ? plan.plan_id : null;
  return useRead(key, async (signal) => {
    const path = { plan_id: key as string };
    try {
      const { data } = await api.GET("/plans/{plan_id}/difference", { params: { path }, signal });
      return { found: data as Difference };
    } catch (error) {
      if (error instanceof Problem && error.status === 409) {
        return { found: null };
      }
      throw error;
    }
  });
}

export async function cancel(planId: string): Promise<void> {
  await api.POST("/plans/{plan_id}/cancel", { params: { path: { plan_id: planId } } });
}

export async function finish(planId: string): Promise<void> {
  await api.POST("/plans/{plan_id}/finish", { params: { path: { plan_id: planId } } });
}

export async function accept(planId: string): Promise<void> {
  await api.POST("/plans/{plan_id}/accept", { params: { path: { plan_id: planId } } });
}
