/** How each vehicle looks, on the map and beside it: a colour and a dash, the same all day. */

export const COLOURS = 8;
/** Dashes in units of a line's width; the first is a whole line. */
export const DASHES: readonly (readonly number[])[] = [[], [4, 2], [1.2, 1.6], [5, 1.5, 1.2, 1.5]];

export interface Look {
  readonly colour: number;
  readonly dash: number;
}

/** The look of the vehicle at this place in the day's order. */
export function look(index: number): Look {
  return {
    colour: index % COLOURS,
    dash: (index + Math.floor(index / COLOURS)) % DASHES.length,
  };
}

/** The looks of vehicles, by vehicle_id. */
export function looks(vehicleIds: Iterable<string>): Map<string, Look> {
  const ids = [...new Set(vehicleIds)].sort();
  return new Map(ids.map((id, index) => [id, look(index)]));
}

/** The class that gives an element the colour as its text colour. */
export function colourClass(one: Look): string {
  return `day-vehicle-${one.colour}`;
}
