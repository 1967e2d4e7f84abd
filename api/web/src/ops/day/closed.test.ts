import { describe, expect, it } from "vitest";
import { calledStreet, closedCollection, closedStreets, withoutStreet, withStreet } from "./closed";

const TYPED = `way_id,lon,lat,to_lon,to_lat,note
243311,,,,,"roadworks, all week"
,14.4631,35.8921,,,burst pipe
,14.5,35.75,14.75,36.25,
`;

describe("closed streets as text", () => {
  it("reads a way, a place and a stretch", () => {
    expect(closedStreets(TYPED).map(calledStreet)).toEqual([
      "roadworks, all week, the whole street",
      "burst pipe, at one place",
      "the street at 14.5000, 35.7500, 59.9 km of it",
    ]);
  });
  it("takes what is half typed for nothing", () => {
    expect(closedStreets("lon,lat,note\n14.4631")).toEqual([]);
    expect(closedStreets("lon,lat\n900,35")).toEqual([]);
    expect(closedStreets('{"features": [')).toEqual([]);
  });
  it("begins a text, and keeps what stands in it", () => {
    expect(withStreet("", [[7.2, 54.6]], "Cherry Street")).toBe(
      "lon,lat,note\n7.200000,54.600000,Cherry Street",
    );
    const more = withStreet(TYPED, [[7.2, 54.6]], 'the "Ring", north');
    expect(closedStreets(more)).toHaveLength(4);
    expect(closedStreets(more)[0]?.note).toBe("roadworks, all week");
    expect(closedStreets(more)[3]?.note).toBe('the "Ring", north');
  });
  it("takes one away, the last one with the names of the columns", () => {
    expect(closedStreets(withoutStreet(TYPED, 1)).map(calledStreet)).toEqual([
      "roadworks, all week, the whole street",
      "the street at 14.5000, 35.7500, 59.9 km of it",
    ]);
    expect(withoutStreet("lon,lat\n7.2,54.6", 0)).toBe("");
  });
  it("draws a stretch with its sign in the middle, and a place as its sign", () => {
    const drawn = closedCollection(closedStreets(TYPED)).features.map(({ geometry }) => geometry);
    expect(drawn).toEqual([
      { type: "Point", coordinates: [14.4631, 35.8921] },
      {
        type: "LineString",
        coordinates: [
          [14.5, 35.75],
          [14.75, 36.25],
        ],
      },
      { type: "Point", coordinates: [14.625, 36] },
    ]);
  });
  it("reads GeoJSON", () => {
    const text = JSON.stringify({
      features: [{ geometry: { type: "Point", coordinates: [7.2, 54.6] }, properties: null }],
    });
    expect(closedStreets(text).map(calledStreet)).toEqual([
      "the street at 7.2000, 54.6000, at one place",
    ]);
  });
});
