/** What waits on the phone laid over the round as the server gave it: done stays done. */
import type { Item, Level, LevelItem, MarkItem, Report, Round, SkipReason, Stop } from "./types";
import { visitOf } from "./types";

/** A stop as the crew sees it. */
export interface StopView {
  readonly stop: Stop;
  readonly outcome: "done" | "skipped" | null;
  readonly skip_reason: SkipReason | null;
  readonly note: string | null;
  readonly weight_kg: number | null;
  readonly photo_ids: readonly string[];
  readonly reported_at: string | null;
  /** The mark in force, open ones too: what the next mark follows. */
  readonly report_id: string | null;
  /** This phone made that mark. */
  readonly mine: boolean;
  /** The server has not answered it yet. */
  readonly waiting: boolean;
  readonly conflict: boolean;
  /** The last mark made here that the server did not take, in its words. */
  readonly refusal: string | null;
  readonly level: Level | null;
}

/** The stops in order, each with the newest mark that this phone knows of. */
export function laidOver(round: Round, items: readonly Item[], deviceId: string): StopView[] {
  const marks = items.filter((item) => item.kind === "mark");
  const levels = items.filter((item) => item.kind === "level");
  return [...round.stops]
    .sort((a, b) => a.seq - b.seq)
    .map((stop) => {
      const own = marks.filter(
        (mark) => mark.stop_id === stop.stop_id || mark.visit === visitOf(stop),
      );
      const refused = own.findLast((mark) => mark.state === "refused");
      const mark = own.filter((one) => one.state !== "refused").reduce(newer, undefined);
      return {
        stop,
        ...(mark === undefined ? fromServer(stop, deviceId) : fromPhone(mark)),
        conflict: stop.conflict ?? false,
        refusal: refused?.refusal ?? null,
        level: byEye(stop, levels) ?? stop.level ?? null,
      };
    });
}

function newer(a: MarkItem | undefined, b: MarkItem): MarkItem {
  return a !== undefined && Date.parse(a.made_at) > Date.parse(b.made_at) ? a : b;
}

type Marked = Omit<StopView, "stop" | "conflict" | "refusal" | "level">;

function fromPhone(mark: MarkItem): Marked {
  return {
    outcome: mark.outcome === "open" ? null : mark.outcome,
    skip_reason: mark.skip_reason,
    note: mark.note,
    weight_kg: mark.weight_kg,
    photo_ids: mark.photo_ids,
    reported_at: mark.outcome === "open" ? null : mark.made_at,
    report_id: mark.id,
    mine: true,
    waiting: mark.state === "waiting",
  };
}

function fromServer(stop: Stop, deviceId: string): Marked {
  const report: Report | null = stop.report ?? null;
  return {
    outcome: stop.outcome === "done" || stop.outcome === "skipped" ? stop.outcome : null,
    skip_reason: stop.skip_reason,
    note: report?.note ?? null,
    weight_kg: report?.weight_kg ?? null,
    photo_ids: report?.photos ?? [],
    reported_at: stop.reported_at,
    report_id: report?.report_id ?? null,
    mine: report !== null && report.device_id === deviceId,
    waiting: false,
  };
}

/** A level seen by eye that is on its way counts at once, where no sensor knows better. */
function byEye(stop: Stop, levels: readonly LevelItem[]): Level | null {
  const seen = levels.findLast(
    (level) => level.bin_id === stop.bin_id && level.state !== "refused",
  );
  if (seen === undefined || stop.has_sensor) {
    return null;
  }
  return { fill_pct: seen.fill_pct, measured_at: seen.made_at, age_s: 0, trust: "fresh" };
}

/** The stop to go to: the first that nobody has marked. */
export function nextOf(views: readonly StopView[]): StopView | null {
  return views.find((view) => view.outcome === null) ?? null;
}

/** The newest mark made on this phone: the one "undo" takes back. */
export function lastMark(views: readonly StopView[]): StopView | null {
  return views
    .filter((view) => view.mine && view.outcome !== null)
    .reduce<StopView | null>(
      (last, view) => (last && moment(last) > moment(view) ? last : view),
      null,
    );
}

const moment = (view: StopView) => Date.parse(view.reported_at ?? "") || 0;

export interface Counts {
  readonly done: number;
  readonly skipped: number;
  readonly all: number;
}

/** How far the crew has come. */
export function counts(views: readonly StopView[]): Counts {
  return {
    done: views.filter((view) => view.outcome === "done").length,
    skipped: views.filter((view) => view.outcome === "skipped").length,
    all: views.length,
  };
}
