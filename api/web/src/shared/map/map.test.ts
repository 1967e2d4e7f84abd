import { describe, expect, it } from "vitest";
import { graticule, stepOf } from "./graticule";
import { boxAround } from "./layers";
import { groundOf, plain } from "./style";

describe("lines of latitude and longitude", () => {
  it("are at most eight across a box, whatever its size", () => {
    expect(stepOf([7.19, 54.59, 7.21, 54.61])).toBe(0.005);
    expect(stepOf([-180, -85, 180, 85])).toBe(30);
  });
  it("stand on whole steps and say their degrees", () => {
    const { features } = graticule([7.199, 54.599, 7.206, 54.603]);
    expect(features.map((one) => one.properties.name)).toEqual([
      "7.199° E",
      "7.200° E",
      "7.201° E",
      "7.202° E",
      "7.203° E",
      "7.204° E",
      "7.205° E",
      "7.206° E",
      "54.599° N",
      "54.600° N",
      "54.601° N",
      "54.602° N",
      "54.603° N",
    ]);
  });
  it("go on beyond the line of dates", () => {
    const names = graticule([150, -10, 215, 10]).features.map((one) => one.properties.name);
    expect(names).toContain("150° W");
    expect(names).toContain("10° S");
  });
});

describe("what is put on a map", () => {
  it("is fitted by the box around it", () => {
    expect(
      boxAround([
        [14.5, 35.9],
        [14.4, 36.0],
      ]),
    ).toEqual([14.4, 35.9, 14.5, 36.0]);
    expect(boxAround([])).toBeNull();
  });
});

describe("the ground", () => {
  it("is told by the style's own words", () => {
    const metadata = { "brimful:kind": "streets", "brimful:bounds": [1, 2, 3, 4] };
    expect(groundOf({ metadata })).toEqual({ kind: "streets", note: null, bounds: [1, 2, 3, 4] });
  });
  it("is plain where nothing is said, and says why", () => {
    expect(groundOf({}).kind).toBe("plain");
    expect(groundOf(plain("dark", "no signal"))).toEqual({
      kind: "plain",
      note: "no signal",
      bounds: null,
    });
  });
});
