/** Ids and moments of marks, made on the phone. */

/** A random UUID (version 4), also on plain http, where crypto.randomUUID is missing. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * When a new mark counts as made. Of several marks on a stop the latest counts, so one that takes
 * another back is later than it, also where this phone's clock was put back or runs behind.
 */
export function momentAfter(now: number, before: string | null): string {
  const least = before === null ? Number.NEGATIVE_INFINITY : Date.parse(before) + 1;
  return new Date(Math.max(now, least)).toISOString();
}
