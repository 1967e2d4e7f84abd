/** The stops of the selected round, in order: planned, expected, marked, and what the crew said. */
import { clock, words } from "../../shared/words";
import { end } from "./round-card";
import { type StopNow, useRound } from "./use-day";

export function RoundPanel({
  roundId,
  close,
}: {
  readonly roundId: string;
  readonly close: string;
}) {
  const { data: round, problem } = useRound(roundId);
  return (
    <section class="day-panel" aria-label="Stops of the selected round">
      <p>
        <a href={close}>All rounds</a>
      </p>
      {problem !== null && <p role="alert">{problem}</p>}
      {round === null ? (
        problem === null && <p class="quiet">Reading the round</p>
      ) : (
        <>
          <h2>{round.vehicle_name}</h2>
          <p>
            {end(round, round.timezone)}. {round.expected.reason}.
          </p>
          <p class="quiet">How that is expected: {round.expected.method}.</p>
          <div class="day-scroll">
            <table class="day-stops">
              <thead>
                <tr>
                  <th scope="col">#</th>
                  <th scope="col">Stop</th>
                  <th scope="col">Planned</th>
                  <th scope="col">Expected</th>
                  <th scope="col">Marked</th>
                </tr>
              </thead>
              <tbody>
                {round.stops.map((stop) => (
                  <StopRow key={stop.stop_id} stop={stop} zone={round.timezone} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

function StopRow({ stop, zone }: { readonly stop: StopNow; readonly zone: string }) {
  return (
    <tr class={stop.outcome === null ? undefined : "day-stop-marked"}>
      <td class="number">{stop.seq}</td>
      <td>
        {stop.bin_id === null ? (
          stopName(stop)
        ) : (
          <a href={`/ops/bins/${encodeURIComponent(stop.bin_id)}`}>{stopName(stop)}</a>
        )}
        <span class="quiet day-line">{about(stop)}</span>
        {stop.report?.note && <span class="day-line">“{stop.report.note}”</span>}
        <Photos ids={stop.report?.photos ?? []} />
        {stop.conflict && (
          <strong class="day-line day-late">
            two phones differ: <a href="/ops/emptyings">decide</a>
          </strong>
        )}
      </td>
      <td>{clock(stop.begins_at, zone)}</td>
      <td>
        {stop.expected_at !== null && clock(stop.expected_at, zone)}
        {stop.late !== null && <strong class="day-line day-late">late: {stop.late}</strong>}
        {stop.missed && <strong class="day-line day-late">missed</strong>}
      </td>
      <td>
        {stop.outcome !== null && (
          <>
            <span aria-hidden="true">{stop.outcome === "done" ? "✓ " : "✕ "}</span>
            {stop.outcome}
            {stop.skip_reason !== null && `: ${words(stop.skip_reason)}`}
            {stop.reported_at !== null && ` ${clock(stop.reported_at, zone)}`}
          </>
        )}
      </td>
    </tr>
  );
}

function Photos({ ids }: { readonly ids: readonly string[] }) {
  return (
    <>
      {ids.map((id, n) => (
        <a key={id} class="day-line" href={`/photos/${id}`}>
          Photo {ids.length > 1 ? n + 1 : ""}
        </a>
      ))}
    </>
  );
}

export function stopName(stop: {
  readonly kind: string;
  readonly name: string | null;
  readonly bin_id: string | null;
  readonly disposal_site_id: string | null;
}): string {
  return stop.kind === "break"
    ? "Break"
    : (stop.name ?? stop.bin_id ?? stop.disposal_site_id ?? "");
}

function about(stop: StopNow): string {
  if (stop.kind === "break") {
    return `${Math.round(stop.service_s / 60)} min`;
  }
  if (stop.kind === "disposal") {
    return "empties the body";
  }
  const fill =
    stop.expected_fill_pct === null ? "" : `, ${Math.round(stop.expected_fill_pct)} % expected`;
  return `${stop.bin_id}, ${stop.stream}${fill}`;
}
