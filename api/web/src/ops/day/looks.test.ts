import { describe, expect, it } from "vitest";
import { looks } from "./looks";

describe("how vehicles look", () => {
  it("tells up to 32 vehicles apart", () => {
    const found = looks(Array.from({ length: 32 }, (_, n) => `lorry-${n}`));
    const seen = new Set([...found.values()].map((one) => `${one.colour} ${one.dash}`));
    expect(seen.size).toBe(32);
  });
  it("depends on nothing but which vehicles there are", () => {
    expect(looks(["b", "a", "b"])).toEqual(looks(["a", "b"]));
  });
});
