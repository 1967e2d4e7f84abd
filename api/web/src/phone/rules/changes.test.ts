import { describe, expect, it } from "vitest";
import { changes } from "./changes";
import { at, mark, round, stop, views } from "./make";
import type { Stop } from "./types";

const anew = (stops: readonly Stop[], change = {}) =>
  round(stops, { plan_id: "plan-2", ...change });
const told = (
  before: readonly Stop[],
  after: readonly Stop[],
  items = [] as ReturnType<typeof mark>[],
) => changes(round(before), anew(after), views(after, items));

describe("what changed on a round, in words", () => {
  it("says nothing of marks, of a new day, or of a plan that is the same for this crew", () => {
    const one = stop(1, { outcome: "done" });
    expect(changes(round([stop(1)]), round([one]), views([one]))).toEqual([]);
    expect(changes(round([stop(1)]), anew([stop(2)], { day: "2026-03-03" }), [])).toEqual([]);
    expect(told([stop(1), stop(2)], [stop(1), stop(2)])).toEqual([]);
  });
  it("names stops that came and that went", () => {
    expect(
      told([stop(1), stop(2)], [stop(1), stop(3, { seq: 2, arrives_at: at("07:20") })]),
    ).toEqual(["1 stop more on your round: Dlouha 3.", "1 stop is not yours any more: Dlouha 2."]);
    const many = [3, 4, 5, 6, 7].map((n) => stop(n));
    expect(told([stop(1)], [stop(1), ...many])).toEqual([
      "5 stops more on your round: Dlouha 3, Dlouha 4, Dlouha 5 and 2 others.",
    ]);
  });
  it("says nothing of a stop that was marked before it went", () => {
    expect(told([stop(1, { outcome: "done" }), stop(2)], [stop(2)])).toEqual([]);
  });
  it("knows a visit that came back as another stop", () => {
    expect(told([stop(1)], [stop(1, { stop_id: "other", visit_id: "stop-1" })])).toEqual([]);
  });
  it("says that the order changed and what is next, past what waits as done", () => {
    const after = [stop(1), stop(3, { seq: 2, arrives_at: at("07:30") }), stop(2, { seq: 3 })];
    expect(told([stop(1), stop(2), stop(3)], after, [mark(1)])).toEqual([
      "The order has changed: next is Dlouha 3.",
    ]);
  });
  it("says new times from five minutes on, at the depot's clock", () => {
    const later = (n: number, clock: string) => stop(n, { arrives_at: at(clock) });
    expect(told([stop(1)], [later(1, "07:14")])).toEqual([]);
    expect(told([stop(1)], [later(1, "07:45")])).toEqual(["New time: Dlouha 1 at 08:45."]);
    expect(told([stop(1), stop(2)], [later(1, "07:45"), later(2, "07:55")])).toEqual([
      "New times for 2 stops, the first Dlouha 1 at 08:45.",
    ]);
  });
  it("says a new end, another vehicle, and that there is no round any more", () => {
    const other = anew([stop(1)], { vehicle_id: "lorry-2", ends_at: at("13:40") });
    expect(changes(round([stop(1)]), other, views([stop(1)]))).toEqual([
      "You drive lorry-2 now, not lorry-1.",
      "Planned end 14:40, not 14:00.",
    ]);
    expect(changes(round([stop(1)]), null, [])[0]).toMatch(/cancelled/);
  });
  it("takes breaks and disposal sites for what they are, however often they come", () => {
    const rest = (n: number) => stop(n, { kind: "break", name: null, bin_id: null });
    const tip = (n: number) =>
      stop(n, { kind: "disposal", name: "Yard", bin_id: null, disposal_site_id: "yard" });
    const renamed = (one: Stop) => ({ ...one, stop_id: `new-${one.stop_id}` });
    expect(told([rest(1), tip(2), tip(3)], [rest(1), tip(2), tip(3)].map(renamed))).toEqual([]);
    expect(told([tip(2)], [tip(2), tip(3)])).toEqual(["1 stop more on your round: Yard."]);
    expect(told([rest(1), tip(2)], [tip(2)])).toEqual(["1 stop is not yours any more: Break."]);
  });
});
