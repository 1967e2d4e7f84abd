import { describe, expect, it } from "vitest";
import { moved, spanOf } from "./days";
import { signed, told } from "./told";

describe("figures as they are told", () => {
  it("keeps the digits and never makes a number of what is not known", () => {
    expect(told(78.4, { digits: 1, unit: "%" })).toBe("78.4 %");
    expect(told(3, { digits: 0, unit: "bins" })).toBe("3 bins");
    expect(told(1, { digits: 0, unit: "bins" })).toBe("1 bin");
    expect(told(null, { digits: 0, unit: "bins" })).toBe("not known");
  });
  it("says the sign of a difference", () => {
    expect([7.4, -0.5, 0].map((one) => signed(one, 1))).toEqual(["+7.4", "-0.5", "0"]);
  });
});

describe("spans of days", () => {
  it("move by their own length, over the end of a month", () => {
    const week = { first: "2026-02-23", last: "2026-03-01" };
    expect(moved(week, 1)).toEqual({ from: "2026-03-02", to: "2026-03-08" });
    expect(moved(week, -1)).toEqual({ from: "2026-02-16", to: "2026-02-22" });
  });
  it("are told with their days", () => {
    expect(spanOf("2026-02-23", "2026-03-01")).toBe("Mon 23 Feb 2026 to Sun 1 Mar 2026");
    expect(spanOf("2026-03-01", "2026-03-01")).toBe("Sun 1 Mar 2026");
  });
});
