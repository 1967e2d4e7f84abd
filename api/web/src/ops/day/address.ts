/** Which depot, day and vehicle are looked at: all of it stands in the address. */

export interface Looked {
  readonly depot: string | null;
  /** Local day of the depot; null: its today. */
  readonly day: string | null;
  /** Whose round stands open; rounds have other ids in each plan. */
  readonly vehicle: string | null;
}

export function looked(query: Record<string, string>): Looked {
  return {
    depot: query.depot || null,
    day: /^\d{4}-\d{2}-\d{2}$/.test(query.day ?? "") ? (query.day as string) : null,
    vehicle: query.vehicle || null,
  };
}

/** The address of the day page for what is looked at; `changes` beside it. */
export function address(at: Looked, changes: Partial<Looked> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...at, ...changes })) {
    if (value !== null) {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return text ? `/ops/today?${text}` : "/ops/today";
}

/** Another day, so many later (or, negative, earlier). */
export function later(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** How a day is called seen from the depot's today: "today", "tomorrow", "Mon 2 Mar". */
export function dayName(day: string, today: string): string {
  const near = { [later(today, -1)]: "yesterday", [today]: "today", [later(today, 1)]: "tomorrow" };
  return (
    near[day] ??
    new Intl.DateTimeFormat("en-GB", {
      weekday: "short",
      day: "numeric",
      month: "short",
      timeZone: "UTC",
    }).format(new Date(`${day}T12:00:00Z`))
  );
}
