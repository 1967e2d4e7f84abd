/** The next stop, large. Where there is none: why, and what to do. */

import { clock } from "../../shared/words";
import { nameOf } from "../rules/changes";
import { stateWords } from "../rules/say";
import { undo } from "../state/act";
import * as state from "../state/state";
import { tryNow } from "../state/sync";
import { Undo } from "./icons";
import { StopCard } from "./stop";
import { Title } from "./title";

export function NextPage() {
  if (state.round.value === null) {
    return <NoRound />;
  }
  const next = state.next.value;
  const all = state.views.value.length;
  return (
    <>
      <LastMark />
      {next === null ? (
        <Finished />
      ) : (
        <StopCard
          key={next.stop.stop_id}
          view={next}
          kicker={`Next, stop ${state.views.value.indexOf(next) + 1} of ${all}`}
        />
      )}
    </>
  );
}

function LastMark() {
  const last = state.last.value;
  if (last === null) {
    return null;
  }
  return (
    <div class="phone-last">
      <span>
        {nameOf(last.stop)}: {stateWords(last, state.zone.value)}
      </span>
      <button type="button" class="phone-button" onClick={() => void undo(last)}>
        <Undo />
        Undo
      </button>
    </div>
  );
}

function Finished() {
  const skipped = state.progress.value.skipped;
  const waiting = state.waiting.value.length;
  const home = state.round.value?.depot?.name;
  return (
    <section class="phone-empty">
      <Title>Round finished</Title>
      <p>
        Every stop is marked
        {skipped > 0 && `, ${skipped} of them not emptied`}.{home && ` Back to ${home}.`}
      </p>
      {waiting > 0 && <p>{waiting} marks still wait for signal: keep the phone on.</p>}
      <a class="button phone-button" href="/phone/round">
        Look at the round
      </a>
    </section>
  );
}

export function NoRound() {
  const kept = state.kept.value;
  const away = state.awaySince.value !== null;
  if (kept !== null && kept.none !== null && !away) {
    return (
      <section class="phone-empty">
        <Title>No round today</Title>
        <p>{kept.none}</p>
        <Again />
        <p class="quiet">Asked at {clock(new Date(kept.confirmed_at).toISOString())}</p>
      </section>
    );
  }
  return (
    <section class="phone-empty">
      <Title>{away ? "No signal" : "Your round is on its way"}</Title>
      <p>
        {away
          ? "Today's round is not on this phone yet. It comes by itself as soon as there is signal."
          : "One moment."}
      </p>
      {away && <Again />}
    </section>
  );
}

function Again() {
  return (
    <button type="button" class="phone-button" onClick={() => void tryNow()}>
      Look again
    </button>
  );
}
