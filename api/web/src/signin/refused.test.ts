import { expect, it } from "vitest";
import { refused } from "./refused";

it("has words for the reasons, and only for those", () => {
  expect(refused("no_role")).toContain("no role here");
  expect(refused("<b>")).toBeNull();
  expect(refused(null)).toBeNull();
});
