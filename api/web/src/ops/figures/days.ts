/** Days of the calendar, as the server writes them: "2026-03-02". */

export interface Span {
  readonly first: string;
  readonly last: string;
}

export function day(text: string | undefined): string {
  return text ?? "";
}

function plus(text: string, days: number): string {
  const at = new Date(`${text}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The span as long, so many lengths earlier (below 0) or later, for the address. */
export function moved(span: Span, by: number): { from: string; to: string } {
  const length = (Date.parse(span.last) - Date.parse(span.first)) / 86_400_000 + 1;
  return { from: plus(span.first, by * length), to: plus(span.last, by * length) };
}

const TOLD = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
});

/** "Mon 23 Feb 2026 to Sun 1 Mar 2026" */
export function spanOf(first: string, last: string): string {
  const [from, to] = [first, last].map((one) => TOLD.format(new Date(one)).replace(",", ""));
  return from === to ? `${from}` : `${from} to ${to}`;
}
