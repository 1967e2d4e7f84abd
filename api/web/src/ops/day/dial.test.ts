import { describe, expect, it } from "vitest";
import { DIAL_M, dialTold, stepOf } from "./dial";

describe("the dial", () => {
  it("finds the step of a dial, also of one between two steps", () => {
    expect(DIAL_M.map(stepOf)).toEqual(DIAL_M.map((_, n) => n));
    expect(DIAL_M[stepOf(7_500)]).toBe(10_000);
    expect(DIAL_M[stepOf(9_000_000)]).toBe(100_000);
  });
  it("is told in plain words", () => {
    expect(dialTold(5_000)).toContain("we would drive 5.0 km");
    expect(dialTold(5_000)).toContain("less than 2.5 km of detour");
    expect(dialTold(0)).toContain("no metre");
  });
});
