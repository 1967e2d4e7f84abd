/** Photos are made small before they wait: a city's signal is thin, and a phone's memory not endless. */

export const LONGEST_PX = 1600;
export const MOST_BYTES = 5 * 1024 * 1024;

/** Width and height with the longest side at most `longest`, never larger than it was. */
export function fitted(
  width: number,
  height: number,
  longest: number = LONGEST_PX,
): { width: number; height: number } {
  const factor = Math.min(1, longest / Math.max(width, height, 1));
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
}
