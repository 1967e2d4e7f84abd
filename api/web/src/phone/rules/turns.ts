/** Turn instructions in words, from the manoeuvres that OSRM names. */
import type { Step } from "./types";

const SIDE: Readonly<Record<string, string>> = {
  uturn: "round",
  "sharp right": "sharp right",
  right: "right",
  "slight right": "slightly right",
  straight: "straight on",
  "slight left": "slightly left",
  left: "left",
  "sharp left": "sharp left",
};

const COMPASS = [
  "north",
  "north-east",
  "east",
  "south-east",
  "south",
  "south-west",
  "west",
  "north-west",
];

/** "north", "south-west": a bearing as people say it. */
export function compass(bearingDeg: number): string {
  return COMPASS[Math.round((((bearingDeg % 360) + 360) % 360) / 45) % 8] as string;
}

/** "1st", "2nd", "11th", "23rd". */
export function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}

/** The street as it stands on signs: "Dlouha (E65)"; empty where it has no name and no number. */
export function streetOf(step: Pick<Step, "street" | "ref">): string {
  if (step.street && step.ref) {
    return `${step.street} (${step.ref})`;
  }
  return step.street || step.ref || "";
}

/** What to do at a step. `place` names the stop that the last step arrives at. */
export function turnText(step: Step, place: string): string {
  const street = streetOf(step);
  const into = street && ` into ${street}`;
  const onto = street && ` onto ${street}`;
  const along = street && ` along ${street}`;
  const modifier = step.modifier ?? "";
  const side = SIDE[modifier] ?? "";
  switch (step.maneuver) {
    case "depart":
      return `Drive ${compass(step.bearing_deg)}${along}`;
    case "arrive":
      return arrival(modifier, place);
    case "turn":
    case "exit roundabout":
    case "exit rotary":
    case "end of road":
      return at(step.maneuver, turning(modifier, side, into, along));
    case "new name":
    case "notification":
    case "use lane":
    case "continue":
      return going(modifier, side, along);
    case "merge":
      return `Merge${sided(side)}${onto}`;
    case "on ramp":
      return `Take the ramp${onThe(modifier)}${onto}`;
    case "off ramp":
      return `Take the exit${onThe(modifier)}${onto}`;
    case "fork":
      return side === "straight on" || side === ""
        ? `At the fork go straight on${onto}`
        : `At the fork keep ${modifier.includes("left") ? "left" : "right"}${onto}`;
    case "roundabout":
    case "rotary":
      return step.exit_number === null
        ? `Drive onto the roundabout${into && `, then${into}`}`
        : `At the roundabout take the ${ordinal(step.exit_number)} exit${into}`;
    case "roundabout turn":
      return `At the small roundabout ${lower(turning(modifier, side, into, along))}`;
    default:
      return side === "" ? `Go on${along}` : turning(modifier, side, into, along);
  }
}

function at(maneuver: string, text: string): string {
  if (maneuver === "end of road") {
    return `At the end of the road ${lower(text)}`;
  }
  return maneuver === "turn" ? text : `Leave the roundabout: ${lower(text)}`;
}

function turning(modifier: string, side: string, into: string, along: string): string {
  switch (modifier) {
    case "uturn":
      return `Turn round${along}`;
    case "":
    case "straight":
      return `Go straight on${along}`;
    default:
      return `Turn ${side}${into}`;
  }
}

function going(modifier: string, side: string, along: string): string {
  switch (modifier) {
    case "uturn":
      return `Turn round${along}`;
    case "":
    case "straight":
      return `Go straight on${along}`;
    default:
      return `Follow the road ${side}${along}`;
  }
}

function arrival(modifier: string, place: string): string {
  if (modifier.includes("left") || modifier.includes("right")) {
    return `${place} is on the ${modifier.includes("left") ? "left" : "right"}`;
  }
  return modifier === "straight" ? `${place} is straight ahead` : `You are at ${place}`;
}

const sided = (side: string) => (side === "" || side === "straight on" ? "" : ` ${side}`);
const onThe = (modifier: string) =>
  modifier.includes("left") ? " on the left" : modifier.includes("right") ? " on the right" : "";
const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
