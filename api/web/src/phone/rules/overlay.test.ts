import { describe, expect, it } from "vitest";
import { at, level, mark, stop, views } from "./make";
import { counts, lastMark, nextOf } from "./overlay";
import type { Report } from "./types";

const report = (change: Partial<Report> = {}): Report => ({
  report_id: "theirs",
  outcome: "done",
  skip_reason: null,
  note: null,
  weight_kg: null,
  photos: [],
  reported_at: at("07:20"),
  device_id: "another",
  ...change,
});

describe("marks laid over the round", () => {
  it("shows a mark that waits as made, and goes on to the next stop", () => {
    const found = views([stop(1), stop(2)], [mark(1)]);
    expect(found[0]).toMatchObject({
      outcome: "done",
      waiting: true,
      mine: true,
      report_id: "mark-1",
    });
    expect(nextOf(found)?.stop.stop_id).toBe("stop-2");
    expect(counts(found)).toEqual({ done: 1, skipped: 0, all: 2 });
  });
  it("keeps a mark on a visit that came back as another stop", () => {
    const [found] = views([stop(9, { visit_id: "stop-1" })], [mark(1)]);
    expect(found?.outcome).toBe("done");
  });
  it("lets the newest mark of a stop count, and the later of two at the same moment", () => {
    const early = mark(1, { seq: 1, id: "a", outcome: "skipped", skip_reason: "locked" });
    const late = mark(1, { seq: 2, id: "b", made_at: at("07:40") });
    expect(views([stop(1)], [late, early])[0]?.report_id).toBe("b");
    expect(views([stop(1)], [early, { ...late, made_at: early.made_at }])[0]?.report_id).toBe("b");
  });
  it("opens a stop again that was taken back, and remembers which mark did it", () => {
    const taken = mark(1, { seq: 2, id: "undo", outcome: "open", made_at: at("07:41") });
    const [found] = views([stop(1)], [mark(1), taken]);
    expect(found).toMatchObject({ outcome: null, report_id: "undo" });
    expect(lastMark([found].flatMap((one) => one ?? []))).toBeNull();
  });
  it("does not show a refused mark as made, and says why it was refused", () => {
    const [found] = views([stop(1)], [mark(1, { state: "refused", refusal: "no such stop" })]);
    expect(found).toMatchObject({ outcome: null, refusal: "no such stop" });
  });
  it("shows what another phone said where this one said nothing", () => {
    const [found] = views([
      stop(1, { outcome: "done", reported_at: at("07:20"), report: report() }),
    ]);
    expect(found).toMatchObject({ outcome: "done", mine: false, report_id: "theirs" });
  });
  it("keeps a mark that the server has until a round shows it", () => {
    const [found] = views([stop(1)], [mark(1, { state: "sent" })]);
    expect(found).toMatchObject({ outcome: "done", waiting: false });
  });
  it("takes back the mark made last on this phone, never another phone's", () => {
    const theirs = stop(3, { outcome: "done", reported_at: at("09:00"), report: report() });
    const found = views([stop(1), stop(2), theirs], [mark(1), mark(2, { made_at: at("07:40") })]);
    expect(lastMark(found)?.stop.stop_id).toBe("stop-2");
  });
  it("shows a level seen by eye at once, where no sensor knows better", () => {
    expect(views([stop(1, { has_sensor: false })], [level(1)])[0]?.level?.fill_pct).toBe(75);
    expect(views([stop(1, { has_sensor: true })], [level(1)])[0]?.level).toBeNull();
  });
});
