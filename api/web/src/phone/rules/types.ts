/** What the phone knows: the round as the server gave it, and what waits to be sent. */
import type { Schemas } from "../../shared/api";

export type Leg = Schemas["LegOut"];
export type Step = Schemas["StepOut"];
export type SkipReason = Schemas["SkipReason"];
export type StopKind = Schemas["StopKind"];
/** What a crew says of a stop; open takes back what was said before. */
export type Outcome = "done" | "skipped" | "open";

export interface Level {
  readonly fill_pct: number;
  readonly measured_at: string;
  readonly age_s: number;
  readonly trust: string;
}

/** The mark in force on a stop. */
export interface Report {
  readonly report_id: string;
  readonly outcome: Outcome;
  readonly skip_reason: SkipReason | null;
  readonly note: string | null;
  readonly weight_kg: number | null;
  readonly photos: readonly string[];
  readonly reported_at: string;
  readonly reported_by?: string | null;
  readonly device_id?: string | null;
}

/** A stop as kept on the phone: what a server before these fields left out may be missing. */
export type Stop = Omit<Schemas["StopOut"], "report" | "conflict" | "visit_id"> & {
  readonly has_sensor?: boolean | null;
  readonly level?: Level | null;
  readonly report?: Report | null;
  readonly conflict?: boolean | null;
  readonly visit_id?: string | null;
};

export type Round = Omit<
  Schemas["CrewRound"],
  "stops" | "revision" | "depot" | "crew" | "vehicle"
> & {
  readonly stops: readonly Stop[];
  readonly revision?: string;
  readonly depot?: {
    readonly name: string;
    readonly position: Schemas["PositionOut"];
    readonly timezone: string;
  };
  readonly crew?: { readonly crew_id: string; readonly name: string };
  readonly vehicle?: { readonly name: string | null };
};

interface Waiting {
  /** Its place in the order, given by the database. */
  readonly seq: number;
  /** Made on this phone, and the same however often it is sent. */
  readonly id: string;
  readonly crew_id: string;
  /** RFC 3339: when the crew did it. */
  readonly made_at: string;
  /** sent: the server has it, and the kept round does not show it yet. refused: it never will. */
  readonly state: "waiting" | "sent" | "refused";
  /** Why it was refused, in words. */
  readonly refusal?: string;
  /** The place, as the list of what waits names it. */
  readonly place: string;
}

export interface MarkItem extends Waiting {
  readonly kind: "mark";
  readonly stop_id: string;
  readonly visit: string;
  readonly outcome: Outcome;
  readonly skip_reason: SkipReason | null;
  readonly note: string | null;
  readonly weight_kg: number | null;
  readonly photo_ids: readonly string[];
  readonly device_id: string;
  readonly follows: string | null;
}

export interface PhotoItem extends Waiting {
  readonly kind: "photo";
  readonly stop_id: string;
}

export interface LevelItem extends Waiting {
  readonly kind: "level";
  readonly bin_id: string;
  readonly fill_pct: number;
}

export type Item = MarkItem | PhotoItem | LevelItem;

/** The same place to go to, whoever it was given to meanwhile. */
export function visitOf(stop: Pick<Stop, "stop_id" | "visit_id">): string {
  return stop.visit_id ?? stop.stop_id;
}

/** Whose session this phone has. */
export interface Who {
  readonly name: string;
  readonly crew_id: string;
}
