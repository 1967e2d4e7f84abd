import { describe, expect, it } from "vitest";
import { address, dayName, later, looked } from "./address";

describe("what the day page looks at", () => {
  it("stands in the address and is read back", () => {
    const at = looked({ depot: "north", day: "2026-03-02", vehicle: "lorry-1" });
    expect(at).toEqual({ depot: "north", day: "2026-03-02", vehicle: "lorry-1" });
    expect(address(at)).toBe("/ops/today?depot=north&day=2026-03-02&vehicle=lorry-1");
    expect(address(at, { day: null, vehicle: null })).toBe("/ops/today?depot=north");
  });
  it("passes over what is no day", () => {
    expect(looked({ day: "soon" }).day).toBeNull();
    expect(address(looked({}))).toBe("/ops/today");
  });
  it("names days as people do", () => {
    expect(later("2026-02-28", 1)).toBe("2026-03-01");
    expect(dayName("2026-03-01", "2026-03-02")).toBe("yesterday");
    expect(dayName("2026-03-03", "2026-03-02")).toBe("tomorrow");
    expect(dayName("2026-03-06", "2026-03-02")).toBe("Fri 6 Mar");
  });
});
