import { expect, it } from "vitest";
import { told } from "./told";

it("says a deed in words", () => {
  expect(told("plan.replan_requested")).toBe("plan: replan requested");
  expect(told("sensor.add")).toBe("sensor: add");
});
