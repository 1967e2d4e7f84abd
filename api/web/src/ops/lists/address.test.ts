import { expect, it } from "vitest";
import { addressWith } from "./address";

it("changes, adds and takes away parameters, in one order", () => {
  const query = { health: "silent", sort: "bin" };
  expect(addressWith("/ops/sensors", query, { health: "", depot: "a&b" })).toBe(
    "/ops/sensors?depot=a%26b&sort=bin",
  );
  expect(addressWith("/ops/sensors", {}, {})).toBe("/ops/sensors");
});
