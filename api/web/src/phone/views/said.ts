/** What was just done, for ears and for hands that tap twice. */
import { signal } from "@preact/signals";

/** Read out by screen readers. */
export const spoken = signal("");

/** For a moment after a mark its button takes no second tap: the next stop stands there now. */
export const resting = signal(false);
const REST_MS = 800;

export function rest(): void {
  resting.value = true;
  setTimeout(() => {
    resting.value = false;
  }, REST_MS);
}
