/** The dial between cost and service: how far would we drive to avoid one overflow? */
import { distance } from "../../shared/words";

/** Steps of the slider, in metres. */
export const DIAL_M: readonly number[] = [
  0, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000,
];

/** The step nearest to a dial, on the scale of the steps. */
export function stepOf(dialM: number): number {
  const off = (step: number) => Math.abs(Math.log1p(step) - Math.log1p(dialM));
  return DIAL_M.reduce((best, step, n) => (off(step) < off(DIAL_M[best] as number) ? n : best), 0);
}

/** What a dial does, in plain words. */
export function dialTold(dialM: number): string {
  if (dialM === 0) {
    return "We drive no metre for a bin that is not due.";
  }
  const half = distance(dialM / 2);
  return (
    `To avoid one overflow we would drive ${distance(dialM)}. A bin that overflows before its ` +
    `next chance in one case of two is taken where that costs less than ${half} of detour.`
  );
}
