import { age, clock, words } from "../../shared/words";
import type { Visits } from "../map/wholeBin";

/** On which rounds the bin was, and what the crews said; or why it was on none. */
export function Rounds({ visits }: { visits: Visits }) {
  return (
    <section aria-labelledby="ops-bin-rounds">
      <h2 id="ops-bin-rounds">On rounds lately</h2>
      {visits.items.length === 0 ? (
        <p>No plan of the last days has looked at it.</p>
      ) : (
        <div class="ops-bin-wide">
          <table>
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col">Expected</th>
                <th scope="col">Round</th>
                <th scope="col">What came of it</th>
              </tr>
            </thead>
            <tbody>
              {visits.items.map((visit) => (
                <Visit
                  key={`${visit.plan_id} ${visit.on_round?.stop_id}`}
                  visit={visit}
                  zone={visits.timezone}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Visit({ visit, zone }: { visit: Visits["items"][number]; zone: string }) {
  const { on_round: stop, left_out: out } = visit;
  const expected = visit.expected_fill_pct;
  return (
    <tr>
      <th scope="row">{visit.day}</th>
      <td>{expected === null ? "not known" : `${Math.round(expected)} %`}</td>
      <td>
        {stop ? (
          <a href={`/ops/plans/${visit.plan_id}`}>
            {stop.vehicle_name}, stop {stop.seq}, {clock(stop.arrives_at, zone)}
          </a>
        ) : (
          "left out"
        )}
      </td>
      <td>
        {out && `${words(out.reason)}: ${out.detail}`}
        {stop && <Outcome stop={stop} zone={zone} />}
      </td>
    </tr>
  );
}

type Stop = NonNullable<Visits["items"][number]["on_round"]>;

function Outcome({ stop, zone }: { stop: Stop; zone: string }) {
  if (stop.outcome === null || stop.reported_at === null) {
    return <>nobody has marked it</>;
  }
  return (
    <>
      {stop.outcome}
      {stop.skip_reason && `: ${words(stop.skip_reason)}`}, {clock(stop.reported_at, zone)} by{" "}
      {stop.reported_by}
      {stop.note && <q class="ops-bin-note">{stop.note}</q>}
      {stop.photo_ids.map((id, n) => (
        <a key={id} href={`/photos/${id}`} target="_blank" rel="noreferrer">
          <img
            class="ops-bin-photo"
            src={`/photos/${id}`}
            alt={`What the crew saw, ${n + 1} of ${stop.photo_ids.length}`}
            loading="lazy"
          />
        </a>
      ))}
    </>
  );
}

/** How long ago something was, or that nobody knows. */
export function ago(seconds: number | null): string {
  return seconds === null ? "never" : `${age(seconds)} ago`;
}
