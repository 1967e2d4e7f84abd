/** One stop, large: where, what, how full, how to get in, and what to do. */
import { clock, words } from "../../shared/words";
import { nameOf } from "../rules/changes";
import { expectedWords, levelWords } from "../rules/fill";
import { expectedAt, lateWords } from "../rules/late";
import type { StopView } from "../rules/overlay";
import { stateWords } from "../rules/say";
import * as state from "../state/state";
import { Eye } from "./eye";
import { Gauge } from "./gauge";
import { Clock, Cup, Key, Scale } from "./icons";
import { Marking } from "./marking";
import { Title } from "./title";
import { Way } from "./way";

export function StopCard({ view, kicker }: { view: StopView; kicker: string }) {
  const { stop } = view;
  const told = stateWords(view, state.zone.value);
  return (
    <article class="phone-stop" data-kind={stop.kind}>
      <p class="phone-kicker">
        <span>{kicker}</span>
        <Lateness view={view} />
      </p>
      <Title>{nameOf(stop)}</Title>
      {told && (
        <p class="phone-told" data-outcome={view.outcome}>
          {told}
          {view.waiting && <span class="quiet"> (not sent yet)</span>}
        </p>
      )}
      {view.conflict && (
        <p class="phone-note danger" role="alert">
          Two phones said different things here. Both are kept; operations decides.
        </p>
      )}
      {view.refusal && (
        <p class="phone-note danger" role="alert">
          A mark made here was not taken: {view.refusal}
        </p>
      )}
      <What view={view} />
      {stop.access_note && (
        <p class="phone-note access">
          <Key />
          <span>{stop.access_note}</span>
        </p>
      )}
      {view.note && <p class="quiet">Your note: {view.note}</p>}
      <Way view={view} />
      <Eye view={view} />
      <Marking view={view} />
    </article>
  );
}

function Lateness({ view }: { view: StopView }) {
  const { stop, outcome } = view;
  const at = clock(stop.arrives_at, state.zone.value);
  if (outcome !== null) {
    return <span>planned {at}</span>;
  }
  const { value: behind } = state.behind;
  const eta = expectedAt(stop.arrives_at, behind, state.now.value);
  const late = (eta - Date.parse(stop.arrives_at)) / 1000;
  return (
    <span class="phone-time" data-late={late >= 300}>
      <Clock /> {at}
      {behind !== null && `, ${lateWords(late > 0 ? late : Math.min(0, behind))}`}
    </span>
  );
}

function What({ view }: { view: StopView }) {
  const { stop, level } = view;
  if (stop.kind === "break") {
    return (
      <p class="phone-what">
        <Cup /> {Math.round(stop.service_s / 60)} min break, planned from{" "}
        {clock(stop.begins_at, state.zone.value)}
      </p>
    );
  }
  if (stop.kind === "disposal") {
    return (
      <p class="phone-what">
        <Scale /> Unload here{view.weight_kg !== null && `: ${view.weight_kg} kg`}
      </p>
    );
  }
  const expected = expectedWords(view);
  return (
    <>
      <p class="phone-what">
        <span class="phone-stream">{words(stop.stream ?? "")}</span>
        {stop.load_kg !== null && <span class="quiet">about {Math.round(stop.load_kg)} kg</span>}
      </p>
      <div class="phone-fill">
        <Gauge fill={level?.fill_pct ?? stop.expected_fill_pct} trust={level?.trust ?? null} />
        <p>
          {expected && <strong>{expected}</strong>}
          <span class="quiet">
            {level ? `last ${levelWords(level, state.now.value)}` : "no level known"}
          </span>
        </p>
      </div>
    </>
  );
}
