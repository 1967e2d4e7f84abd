/** One stop in the order of its round: dragged with the pointer, moved with its button. */
import { clock, words } from "../../shared/words";
import type { StopNow } from "./use-day";

interface Props {
  readonly stop: StopNow;
  readonly zone: string;
  /** null: whoever looks may not move it, or it cannot be moved. */
  readonly move: (() => void) | null;
  readonly drag: (stop: StopNow | null) => void;
  /** Something is dragged that may come before this stop. */
  readonly takes: boolean;
  readonly drop: () => void;
}

export function StopRow({ stop, zone, move, drag, takes, drop }: Props) {
  return (
    <tr
      class={`${stop.outcome === null ? "" : "day-stop-marked"}${takes ? " day-takes" : ""}`}
      draggable={move !== null}
      onDragStart={(event) => {
        event.dataTransfer?.setData("text/plain", stopName(stop));
        drag(stop);
      }}
      onDragEnd={() => drag(null)}
      onDragOver={(event) => takes && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        drop();
      }}
    >
      <td class="number">{stop.seq}</td>
      <td>
        {stop.bin_id === null ? (
          stopName(stop)
        ) : (
          <a href={`/ops/bins/${encodeURIComponent(stop.bin_id)}`} draggable={false}>
            {stopName(stop)}
          </a>
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
      <td>
        {clock(stop.begins_at, zone)}
        {stop.expected_at !== null && (
          <span class="quiet day-line">now {clock(stop.expected_at, zone)}</span>
        )}
        {stop.late !== null && <strong class="day-line day-late">late: {stop.late}</strong>}
        {stop.missed && <strong class="day-line day-late">missed</strong>}
      </td>
      <td>
        <Mark stop={stop} zone={zone} />
        {move !== null && (
          <button type="button" aria-label={`Move ${stopName(stop)}`} onClick={move}>
            Move
          </button>
        )}
      </td>
    </tr>
  );
}

function Mark({ stop, zone }: { readonly stop: StopNow; readonly zone: string }) {
  if (stop.outcome === null) {
    return null;
  }
  return (
    <>
      <span aria-hidden="true">{stop.outcome === "done" ? "✓ " : "✕ "}</span>
      {stop.outcome}
      {stop.skip_reason !== null && `: ${words(stop.skip_reason)}`}
      {stop.reported_at !== null && ` ${clock(stop.reported_at, zone)}`}
    </>
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
