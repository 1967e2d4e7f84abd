import { describe, expect, it } from "vitest";
import {
  agreementTold,
  type Bands,
  chartTold,
  daysOf,
  drawnOf,
  type Emptying,
  gradeTold,
  type History,
} from "./figures";

const at = (moment: string) => Date.parse(moment) / 1000;
const HISTORY: History = {
  measured_at_s: [
    at("2026-03-01T22:30:00Z"),
    at("2026-03-02T06:00:00Z"),
    at("2026-03-02T06:00:00Z"),
    at("2026-03-02T09:00:00Z"),
  ],
  fill_pct: [20, 30, 99, 42.4],
  trust: [0, 0, 1, 0],
  trusts: ["trusted", "spike"],
  source: [0, 0, 0, 0],
  sources: ["sensor", "crew"],
  readings: 4,
};
const BANDS = {
  bin_id: "a",
  made_at: "2026-03-02T03:30:00Z",
  emptied_at: null,
  basis: "history",
  grade: "high",
  error_pct: 4.12,
  checks: 212,
  full_at: null,
  at: ["2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"],
  low_pct: [40, 41],
  median_pct: [42, 44],
  high_pct: [45, 50],
} as Bands;

describe("what the chart draws", () => {
  it("has readings and forecast beside the same moments, doubted readings apart", () => {
    const drawn = drawnOf(HISTORY, BANDS);
    expect(drawn.at).toEqual([
      HISTORY.measured_at_s[0],
      HISTORY.measured_at_s[1],
      HISTORY.measured_at_s[3],
      at("2026-03-02T10:00:00Z"),
    ]);
    expect(drawn.trusted).toEqual([20, 30, 42.4, null]);
    expect(drawn.untrusted).toEqual([null, 99, null, null]);
    expect(drawn.low).toEqual([null, null, 40, 41]);
    expect(drawn.high).toEqual([null, null, 45, 50]);
  });

  it("has no forecast that an emptying has made void", () => {
    const drawn = drawnOf(HISTORY, { ...BANDS, emptied_at: "2026-03-02T08:00:00Z" });
    expect(drawn.median.every((one) => one === null)).toBe(true);
    expect(drawn.at).toHaveLength(3);
  });
});

describe("the same as figures", () => {
  const days = daysOf(HISTORY, "Europe/Prague");
  it("goes by the depot's days, the newest first", () => {
    expect(days).toEqual([
      { day: "Mon 2 Mar", lowest: 30, highest: 42.4, last: 42.4, believed: 2, doubted: 1 },
      { day: "Sun 1 Mar", lowest: 20, highest: 20, last: 20, believed: 1, doubted: 0 },
    ]);
  });

  it("says the chart in a sentence", () => {
    expect(chartTold(days, 30)).toBe(
      "Levels of 30 days: between 20 and 42 %, the last 42 %; readings not believed: 1.",
    );
    expect(chartTold([], 7)).toBe("No level that can be believed in 7 days.");
  });

  it("says how far forecasts can be relied on", () => {
    expect(gradeTold(BANDS)).toBe(
      "Forecasts of this bin are reliable: a day ahead they were 4.1 points off on average, 212 checked.",
    );
    expect(gradeTold({ ...BANDS, error_pct: null, grade: "low" })).toContain(
      "not to be relied on: only 212 of them",
    );
    expect(gradeTold({ ...BANDS, grade: null })).toContain("No plan has looked");
  });

  it("says where crew and sensor disagree", () => {
    const one = { disagreement: null, known_by: "both" } as Emptying;
    expect(agreementTold(one)).toBe("crew and sensor agree");
    expect(agreementTold({ ...one, disagreement: "emptied_by_somebody_else" })).toBe(
      "emptied by somebody else",
    );
  });
});
