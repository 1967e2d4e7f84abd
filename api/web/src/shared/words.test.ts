import { describe, expect, it } from "vitest";
import { age, clock, distance, words } from "./words";

describe("how things are said", () => {
  it("says an age in the unit that fits", () => {
    expect([-5, 42, 300, 7 * 3600, 3 * 86400].map(age)).toEqual([
      "0 s",
      "42 s",
      "5 min",
      "7 h",
      "3 days",
    ]);
  });
  it("says times in the depot's zone", () => {
    expect(clock("2026-03-02T07:04:00Z", "Europe/Prague")).toBe("08:04");
  });
  it("says distances and names", () => {
    expect([distance(850), distance(12400)]).toEqual(["850 m", "12.4 km"]);
    expect(words("no_road_near")).toBe("no road near");
  });
});
