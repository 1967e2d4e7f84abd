/** The whole round: what is to do, what was not emptied, what is done. */
import { clock, words } from "../../shared/words";
import { nameOf } from "../rules/changes";
import type { StopView } from "../rules/overlay";
import { stateWords } from "../rules/say";
import * as state from "../state/state";
import { Arrow, Check, Cross, Cup, Scale } from "./icons";
import { wayWords } from "./leg";
import { NoRound } from "./next";
import { Title } from "./title";

export function RoundPage() {
  const round = state.round.value;
  if (round === null) {
    return <NoRound />;
  }
  const views = state.views.value;
  const open = views.filter((view) => view.outcome === null);
  const skipped = views.filter((view) => view.outcome === "skipped");
  const done = views.filter((view) => view.outcome === "done");
  return (
    <section class="phone-round">
      <Title>
        Today's round <span class="quiet">{round.vehicle?.name ?? round.vehicle_id}</span>
      </Title>
      <Part title={`To do (${open.length})`} views={open} />
      <Part title={`Not emptied (${skipped.length})`} views={skipped} />
      <Part title={`Done (${done.length})`} views={done} />
    </section>
  );
}

function Part({ title, views }: { title: string; views: readonly StopView[] }) {
  if (views.length === 0) {
    return null;
  }
  return (
    <>
      <h2>{title}</h2>
      <ol class="phone-list">
        {views.map((view) => (
          <Row key={view.stop.stop_id} view={view} />
        ))}
      </ol>
    </>
  );
}

function Row({ view }: { view: StopView }) {
  const { stop } = view;
  const next = view === state.next.value;
  const said = stateWords(view, state.zone.value);
  const way = wayWords(view);
  return (
    <li>
      <a href={`/phone/stop/${stop.stop_id}`} data-outcome={view.outcome} data-next={next}>
        <span class="phone-mark">
          <Sign view={view} next={next} />
        </span>
        <span class="phone-row">
          <strong>{nameOf(stop)}</strong>
          <span class="quiet">
            {said ??
              [stop.kind === "bin" ? words(stop.stream ?? "") : stop.kind, way]
                .filter(Boolean)
                .join(", ")}
            {view.waiting && " (waits)"}
            {view.conflict && " (two marks differ)"}
          </span>
        </span>
        <span class="phone-when">
          {clock(stop.arrives_at, state.zone.value)}
          {stop.expected_fill_pct !== null && (
            <span class="quiet">{Math.round(stop.expected_fill_pct)} %</span>
          )}
        </span>
      </a>
    </li>
  );
}

function Sign({ view, next }: { view: StopView; next: boolean }) {
  if (view.outcome === "done") {
    return <Check />;
  }
  if (view.outcome === "skipped") {
    return <Cross />;
  }
  if (next) {
    return <Arrow turn={90} />;
  }
  return view.stop.kind === "break" ? (
    <Cup />
  ) : view.stop.kind === "disposal" ? (
    <Scale />
  ) : (
    view.stop.seq
  );
}
