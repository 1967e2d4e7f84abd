import { expect, it } from "vitest";
import { codeIn } from "./code";

it("finds the code in a link, in an address and in what was typed", () => {
  expect(codeIn("https://brimful.example/phone/#code=k3Jx-0_mHn")).toBe("k3Jx-0_mHn");
  expect(codeIn("#code=k3Jx")).toBe("k3Jx");
  expect(codeIn("  k3Jx ")).toBe("k3Jx");
  expect(codeIn("")).toBeNull();
  expect(codeIn("two words")).toBeNull();
});
