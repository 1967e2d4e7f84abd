import { describe, expect, it } from "vitest";
import { decode } from "./columns";
import { SIX } from "./examples";
import { countText, fillText, remarks, trustText } from "./say";
import { fullTold, todayTold, trustTold, visitTold } from "./told";
import type { BinWhole, Visits } from "./wholeBin";

const bins = decode(SIX);
const NOW_MS = 1_000_000_000;

describe("what is said of a bin in a line", () => {
  it("counts the selection and those nobody can show", () => {
    expect(countText(1204, 50_000, 37)).toBe("1,204 of 50,000 bins; 37 without a position");
    expect(countText(6, 6, 0)).toBe("6 bins");
    expect(countText(0, 1, 0)).toBe("0 of 1 bin");
  });

  it("never gives a level without age and trust", () => {
    expect(fillText(Number.NaN)).toBe("no level");
    expect(trustText(bins, 0, NOW_MS)).toBe("fresh, 10 min old");
    expect(trustText(bins, 1, NOW_MS)).toBe("stale, 3 days old");
    expect(trustText(bins, 3, NOW_MS)).toBe("no level");
  });

  it("says what else has to be known", () => {
    expect(remarks(bins, 0)).toEqual(["over 80 %"]);
    expect(remarks(bins, 2)).toEqual(["sensor stuck"]);
    expect(remarks(bins, 4)).toEqual(["no sensor"]);
    expect(remarks(bins, 5)).toEqual(["over 80 %", "out of service", "no position"]);
  });
});

const LEVEL: BinWhole["level"] = {
  fill_pct: 40,
  measured_at: "2026-03-02T06:00:00Z",
  age_s: 0,
  trust: "untrusted",
  source: "sensor",
  sensor_id: "s",
  battery_v: null,
  heard_at: "2026-03-02T07:30:00Z",
};
const FORECAST = {
  made_at: "2026-03-02T05:00:00Z",
  grade: "high",
  full_at: "2026-03-03T14:00:00Z",
};
const binWith = (level: Partial<BinWhole["level"]>) =>
  ({ level: { ...LEVEL, ...level }, forecast: FORECAST }) as BinWhole;

describe("what a card says", () => {
  it("says why a level is doubted", () => {
    expect(trustTold(LEVEL, "UTC")).toBe(
      "untrusted: what was heard Mon 2 Mar, 07:30 cannot be believed; this is the last level that could",
    );
    expect(trustTold({ ...LEVEL, trust: "no_level", heard_at: null })).toBe(
      "nobody has said a level yet",
    );
  });

  it("says when a bin is full, and not from before a crew was there", () => {
    expect(fullTold(binWith({}), "UTC")).toBe(
      "likely full from Tue 3 Mar, 14:00 (high reliability)",
    );
    expect(fullTold(binWith({ source: "crew" }), "UTC")).toContain("a crew has been there");
    expect(fullTold({ ...binWith({}), forecast: null })).toContain("first plan");
  });

  it("says on which round a bin is today, or why on none", () => {
    const stop = {
      vehicle_name: "Lorry 1",
      seq: 4,
      arrives_at: "2026-03-02T07:00:00Z",
      outcome: "skipped",
      skip_reason: "not_out",
      note: "van",
      reported_at: "2026-03-02T07:09:00Z",
    };
    const visit = (change: object) =>
      ({
        day: "2026-03-02",
        on_round: null,
        left_out: null,
        ...change,
      }) as unknown as Visits["items"][number];
    expect(visitTold(visit({ on_round: stop }), "UTC")).toBe(
      "Lorry 1, stop 4, planned for 07:00: skipped at 07:09 (not out): “van”",
    );
    const out = visit({ left_out: { reason: "not_worth_detour", detail: "2 km" } });
    const visits = { today: "2026-03-02", timezone: "UTC", items: [out] } as unknown as Visits;
    expect(todayTold(visits)).toBe("left out (not worth detour): 2 km");
    expect(todayTold({ ...visits, today: "2026-03-03" })).toBe("no plan has looked at it today");
  });
});
