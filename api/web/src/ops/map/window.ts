/** Which rows of a long list can be seen. */

export interface Scrolled {
  /** In pixels, as all of these. */
  readonly top: number;
  readonly height: number;
  readonly row: number;
  readonly count: number;
}

/** So many more rows on either side, so that scrolling meets no gap. */
const SPARE = 6;

/** From the first row to be drawn to behind the last one. */
export function windowOf({ top, height, row, count }: Scrolled): { begin: number; end: number } {
  const begin = Math.min(Math.floor(top / row), Math.max(0, count - 1)) - SPARE;
  const end = Math.ceil((top + height) / row) + SPARE;
  return { begin: Math.max(0, begin), end: Math.min(count, end) };
}
