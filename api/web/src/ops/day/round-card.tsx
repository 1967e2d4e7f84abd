/** One vehicle's round in the list: how far it is against plan, and when it is expected back. */
import { clock, distance } from "../../shared/words";
import { colourClass, DASHES, type Look } from "./looks";
import type { RoundNow } from "./use-day";

interface Props {
  readonly round: RoundNow;
  readonly look: Look;
  readonly zone: string;
  readonly href: string;
}

export function RoundCard({ round, look, zone, href }: Props) {
  return (
    <li class="day-card">
      <h3>
        <Swatch look={look} />
        <a href={href}>{round.vehicle_name}</a>
        <span class="quiet">{round.crew_name ?? "no crew"}</span>
      </h3>
      <Bar round={round} />
      <p class="day-card-end">{end(round, zone)}</p>
      <p class="quiet">{round.expected.reason}</p>
      <p class="day-card-facts">
        <span>
          {round.bins_done} of {round.bins} bins
        </span>
        <span>
          {kg(round.aboard_kg)} aboard
          {round.capacity_kg === null ? "" : ` of ${kg(round.capacity_kg)}`}
        </span>
        <span>{distance(round.distance_m)}</span>
      </p>
      <Marks round={round} />
    </li>
  );
}

/** The vehicle's colour and dash, as its line is drawn on the map. */
export function Swatch({ look }: { readonly look: Look }) {
  const dash = (DASHES[look.dash] ?? []).map((length) => length * 4).join(" ");
  return (
    <svg class={`day-swatch ${colourClass(look)}`} viewBox="0 0 44 12" aria-hidden="true">
      <line
        x1="1"
        y1="6"
        x2="43"
        y2="6"
        stroke="currentColor"
        stroke-width="4"
        stroke-dasharray={dash}
      />
    </svg>
  );
}

/** "back 13:25 (13:02 to 13:48), planned 13:20", or why nobody can know. */
export function end(round: RoundNow, zone: string): string {
  const planned = `planned ${clock(round.ends_at, zone)}`;
  const { ends_at, earliest, latest } = round.expected;
  if (round.out_of_service) {
    return round.out_of_service_since === null
      ? "out of service"
      : `out of service since ${clock(round.out_of_service_since, zone)}`;
  }
  if (ends_at === null || earliest === null || latest === null) {
    return planned;
  }
  const at = clock(ends_at, zone);
  const [from, to] = [clock(earliest, zone), clock(latest, zone)];
  const range = from === at && to === at ? "" : ` (${from} to ${to})`;
  const word = round.state === "finished" ? "all done, back" : "back";
  return `${word} ${at}${range}, ${planned}`;
}

/** Stops done and skipped of all, and a mark where the plan would be by now. */
function Bar({ round }: { readonly round: RoundNow }) {
  const { done, skipped, open } = round.progress;
  const all = Math.max(1, done + skipped + open);
  const text =
    `${done + skipped} of ${all} stops marked` +
    (skipped ? `, ${skipped} skipped` : "") +
    `, ${round.planned_done} planned by now`;
  const x = (n: number) => (100 * n) / all;
  return (
    <div class="day-bar">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="day-bar-all" width="100" height="10" />
        <rect class="day-bar-done" width={x(done)} height="10" />
        <rect class="day-bar-skipped" x={x(done)} width={x(skipped)} height="10" />
        <rect
          class="day-bar-plan"
          x={Math.min(99.6, x(round.planned_done))}
          width="0.4"
          height="10"
        />
      </svg>
      <span>{text}</span>
    </div>
  );
}

function Marks({ round }: { readonly round: RoundNow }) {
  const marks = [
    [round.late.length, "late", "day-mark day-mark-late"],
    [round.missed.length, "missed", "day-mark day-mark-late"],
    [round.skipped.length, "skipped", "day-mark"],
    [round.conflicts, "in conflict", "day-mark day-mark-late"],
  ] as const;
  const shown = marks.filter(([n]) => n > 0);
  if (shown.length === 0) {
    return null;
  }
  return (
    <p class="day-card-facts">
      {shown.map(([n, word, name]) => (
        <span key={word} class={name}>
          {n} {word}
        </span>
      ))}
    </p>
  );
}

export function kg(load: number): string {
  return load < 1000 ? `${Math.round(load)} kg` : `${(load / 1000).toFixed(1)} t`;
}
