/** The map around a round, fetched while there is signal. The worker keeps what is fetched. */
import { keepThing, thing } from "../keep/db";
import { placesOf } from "../rules/drawing";
import { laidOver } from "../rules/overlay";
import { templatesOf, thinned, tilesAround } from "../rules/tiles";
import { db, round } from "./state";

const SIDE_BY_SIDE = 4;

/** Fetch style and tiles of the round's surroundings, once for a plan. Without a worker: nothing. */
export async function fetchMapAhead(): Promise<void> {
  const going = round.peek();
  const thrifty = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
  if (going === null || thrifty || !navigator.serviceWorker?.controller) {
    return;
  }
  if ((await thing(db(), "map_for")) === going.plan_id) {
    return;
  }
  const styles = await Promise.all(
    ["light", "dark"].map((scheme) => fetch(`/map/style.json?scheme=${scheme}`)),
  );
  const style: unknown = await styles[0]?.json();
  const places = thinned(placesOf(laidOver(going, [], ""), going.legs));
  const addresses = templatesOf(style).flatMap(({ template, from, to }) =>
    tilesAround(places, { from, to }).map(({ z, x, y }) =>
      template.replace("{z}", `${z}`).replace("{x}", `${x}`).replace("{y}", `${y}`),
    ),
  );
  const queue = addresses.values();
  const fetchAll = async () => {
    for (const address of queue) {
      await fetch(address);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, fetchAll));
  await keepThing(db(), "map_for", going.plan_id);
}
