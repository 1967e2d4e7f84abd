import { useEffect, useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { session } from "../../shared/session";
import { dayAndClock, words } from "../../shared/words";

interface TrailProps {
  readonly binId: string;
  /** Changes when the trail may be another. */
  readonly seen: unknown;
  readonly timeZone: string | undefined;
}

const NEWEST = 20;

/** Who changed what about this bin; for those who may read the trail. */
export function Trail({ binId, seen, timeZone }: TrailProps) {
  const [entries, setEntries] = useState<readonly Schemas["AuditEntry"][]>([]);
  const mayRead = session.value?.role === "ops";
  useEffect(() => {
    if (mayRead) {
      api
        .GET("/audit", { params: { query: { subject: `bin ${binId}`, limit: NEWEST } } })
        .then(({ data }) => setEntries(data?.items ?? []))
        .catch((error) => console.warn("audit:", error));
    }
  }, [binId, seen, mayRead]);
  if (entries.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="ops-bin-trail">
      <h2 id="ops-bin-trail">Who changed what</h2>
      <ul>
        {entries.map((one) => (
          <li key={one.audit_id}>
            {dayAndClock(one.at, timeZone)}: {one.who}, {words(one.what.replace(".", " "))}
          </li>
        ))}
      </ul>
    </section>
  );
}
