import { describe, expect, it } from "vitest";
import { step } from "./make";
import { compass, ordinal, streetOf, turnText } from "./turns";

const MODIFIERS = [
  "uturn",
  "sharp right",
  "right",
  "slight right",
  "straight",
  "slight left",
  "left",
  "sharp left",
] as const;
const say = (maneuver: string, modifier: string | null, change = {}) =>
  turnText(step(maneuver, modifier, change), "Dlouha 17");

describe("turns in words", () => {
  it("says each way to turn", () => {
    expect(MODIFIERS.map((modifier) => say("turn", modifier))).toEqual([
      "Turn round along Dlouha",
      "Turn sharp right into Dlouha",
      "Turn right into Dlouha",
      "Turn slightly right into Dlouha",
      "Go straight on along Dlouha",
      "Turn slightly left into Dlouha",
      "Turn left into Dlouha",
      "Turn sharp left into Dlouha",
    ]);
  });
  it("says each manoeuvre", () => {
    expect(say("depart", "left", { bearing_deg: 91 })).toBe("Drive east along Dlouha");
    expect(say("new name", "straight")).toBe("Go straight on along Dlouha");
    expect(say("continue", "slight left")).toBe("Follow the road slightly left along Dlouha");
    expect(say("continue", "uturn")).toBe("Turn round along Dlouha");
    expect(say("merge", "slight right")).toBe("Merge slightly right onto Dlouha");
    expect(say("merge", "straight")).toBe("Merge onto Dlouha");
    expect(say("on ramp", "right")).toBe("Take the ramp on the right onto Dlouha");
    expect(say("off ramp", "slight left")).toBe("Take the exit on the left onto Dlouha");
    expect(say("fork", "slight right")).toBe("At the fork keep right onto Dlouha");
    expect(say("fork", "straight")).toBe("At the fork go straight on onto Dlouha");
    expect(say("end of road", "left")).toBe("At the end of the road turn left into Dlouha");
    expect(say("roundabout turn", "left")).toBe("At the small roundabout turn left into Dlouha");
    expect(say("exit roundabout", "right")).toBe("Leave the roundabout: turn right into Dlouha");
    expect(say("exit rotary", "straight")).toBe(
      "Leave the roundabout: go straight on along Dlouha",
    );
    expect(say("use lane", "straight")).toBe("Go straight on along Dlouha");
    expect(say("notification", null)).toBe("Go straight on along Dlouha");
  });
  it("counts the exits of a roundabout", () => {
    expect(say("roundabout", "right", { exit_number: 2 })).toBe(
      "At the roundabout take the 2nd exit into Dlouha",
    );
    expect(say("rotary", "left", { exit_number: 3, street: "" })).toBe(
      "At the roundabout take the 3rd exit",
    );
    expect(say("roundabout", "right")).toBe("Drive onto the roundabout, then into Dlouha");
    expect([1, 2, 3, 4, 11, 12, 13, 21].map(ordinal).join(" ")).toBe(
      "1st 2nd 3rd 4th 11th 12th 13th 21st",
    );
  });
  it("arrives at the stop by name, on its side", () => {
    expect(say("arrive", "right")).toBe("Dlouha 17 is on the right");
    expect(say("arrive", "slight left")).toBe("Dlouha 17 is on the left");
    expect(say("arrive", "straight")).toBe("Dlouha 17 is straight ahead");
    expect(say("arrive", null)).toBe("You are at Dlouha 17");
  });
  it("has words for every pair, and for a manoeuvre that it does not know", () => {
    const maneuvers = [
      ..."turn/new name/depart/arrive/merge/on ramp/off ramp/fork/end of road/continue".split("/"),
      ..."roundabout/rotary/roundabout turn/notification/exit roundabout/exit rotary".split("/"),
      "something new",
    ];
    for (const maneuver of maneuvers) {
      for (const modifier of [...MODIFIERS, null]) {
        for (const street of ["Dlouha", ""]) {
          const text = say(maneuver, modifier, { street });
          expect(text, `${maneuver} ${modifier}`).toMatch(/^[A-Z][^\s].*[a-z0-9]$/);
          expect(text).not.toMatch(/undefined|null| {2}/);
        }
      }
    }
    expect(say("something new", "left")).toBe("Turn left into Dlouha");
    expect(say("something new", null)).toBe("Go on along Dlouha");
  });
  it("reads signs and the compass", () => {
    expect(streetOf({ street: "Dlouha", ref: "E65" })).toBe("Dlouha (E65)");
    expect(streetOf({ street: "", ref: "E65" })).toBe("E65");
    expect([0, 44, 200, 338, -45].map(compass)).toEqual([
      "north",
      "north-east",
      "south",
      "north",
      "north-west",
    ]);
  });
});
