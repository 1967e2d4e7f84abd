import { describe, expect, it } from "vitest";
import { placesAhead, placesOf, stopsOf, waysOf } from "./drawing";
import { mark, stop, views } from "./make";
import type { Leg } from "./types";

const leg = (polyline: string): Leg => ({ polyline, distance_m: 100, drive_s: 20, steps: [] });
const LINE = "_ccp~A_sdoZ_XwQgEg^";

describe("a round on the map", () => {
  const legs = [leg(LINE), leg(LINE), leg(""), leg(LINE)];
  const stops = [stop(1), stop(2), stop(3, { kind: "break", bin_id: null })];
  const found = views(stops, [mark(1)]);

  it("draws what was driven, what comes now, and the way home", () => {
    const { features } = waysOf(found, legs);
    expect(features.map((one) => one.properties?.when)).toEqual(["done", "next", "open"]);
    expect(features[0]?.geometry.coordinates[0]).toEqual([14.4208, 50.088]);
  });
  it("draws the stops, not the breaks", () => {
    const said = stopsOf(found).features.map((one) => one.properties?.standing);
    expect(said).toEqual(["done", "next"]);
  });
  it("looks at the next stop and its way, without one at everything", () => {
    expect(placesAhead(found, legs)).toHaveLength(4);
    expect(placesAhead(views([stop(1)], [mark(1)]), [])).toHaveLength(1);
    expect(placesOf(found, legs)).toHaveLength(12);
  });
});
