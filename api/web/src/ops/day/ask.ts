/** Asking for plans: what stands in the form, and what is sent for it. */
import { api, type Schemas } from "../../shared/api";
import type { DepotDay, PlanOut } from "./use-day";

export type Policy = NonNullable<PlanOut["policy"]>;
export type Keep = Schemas["Keep"];

export interface Wish {
  /** The rest of the day, from where the vehicles are; else the whole day anew. */
  readonly rest: boolean;
  readonly policy: Policy;
  readonly dialM: number;
  readonly keep: Keep;
  readonly broken: readonly string[];
  readonly repaired: readonly string[];
  readonly urgent: readonly string[];
  readonly closed: string;
}

/** A choice: its value, what it is called, what it means. */
export type Option<T extends string> = readonly [value: T, name: string, meaning: string];

export const POLICIES: readonly Option<Policy>[] = [
  ["prize", "Worth the way", "due bins, and others where the way is worth the overflow it avoids"],
  ["due-only", "Due only", "due bins and no others"],
  ["threshold", "Threshold", "bins at their threshold, now or before the next chance"],
  ["fixed-schedule", "Fixed schedule", "bins whose turn has come, however full"],
];

/** How a plan was chosen, in a sentence. */
export const POLICY_WORDS: Record<Policy, string> = {
  prize: "due bins and overflows worth the way",
  "due-only": "due bins only",
  threshold: "bins at their threshold",
  "fixed-schedule": "fixed schedule",
};

export const KEEPS: readonly Option<Keep>[] = [
  ["all", "Keep all", "every open stop stays on its vehicle; what does not fit is left out"],
  ["prefer", "Keep most", "a stop changes the vehicle only where that saves a good way"],
  ["none", "Keep none", "stops go to whoever serves them best"],
];

const DIAL_DEFAULT_M = 5_000;

/** What the form begins with: as the plan in force was made. */
export function firstWish(depot: DepotDay): Wish {
  return {
    rest: canReplan(depot),
    policy: depot.plan?.policy ?? "prize",
    dialM: depot.plan?.dial_m ?? DIAL_DEFAULT_M,
    keep: "prefer",
    broken: [],
    repaired: [],
    urgent: [],
    closed: depot.plan?.replan?.closed ?? "",
  };
}

/** Only a day that is there can be gone on with. */
export function canReplan(depot: DepotDay): boolean {
  return depot.plan !== null && depot.day <= depot.today;
}

/** Asks for it, as a proposal; the plan that will be made. */
export async function ask(depot: DepotDay, wish: Wish): Promise<PlanOut> {
  if (wish.rest && depot.plan !== null) {
    const { data } = await api.POST("/plans/{plan_id}/replan", {
      params: { path: { plan_id: depot.plan.plan_id } },
      body: {
        policy: wish.policy,
        dial_m: wish.dialM,
        keep: wish.keep,
        broken: [...wish.broken],
        repaired: [...wish.repaired],
        urgent: [...wish.urgent],
        closed: wish.closed.trim() || (depot.plan.replan?.closed ? "" : null),
        dry_run: true,
      },
    });
    return data as PlanOut;
  }
  const { data } = await api.POST("/plans", {
    body: {
      depot_id: depot.depot_id,
      day: depot.day,
      policy: wish.policy,
      dial_m: wish.dialM,
      dry_run: true,
    },
  });
  return data as PlanOut;
}
