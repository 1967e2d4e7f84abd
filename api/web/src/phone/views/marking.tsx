/** What the crew does at a stop: one strong action, and the others beside it. */
import { clock } from "../../shared/words";
import { nameOf } from "../rules/changes";
import type { StopView } from "../rules/overlay";
import { doneWord, notDoneWord } from "../rules/say";
import { beginBreak, mark, type Said, undo } from "../state/act";
import * as state from "../state/state";
import { Check, Undo } from "./icons";
import { rest, resting, spoken } from "./said";

export function Marking({ view }: { view: StopView }) {
  if (view.outcome !== null) {
    return <Marked view={view} />;
  }
  switch (view.stop.kind) {
    case "bin":
      return <Open view={view} onDone={() => say(view, { outcome: "done" })} />;
    case "disposal":
      return <Disposal view={view} />;
    case "break":
      return <Break view={view} />;
  }
}

/** Mark it, tell ears what happened, and let the hand rest. */
export async function say(view: StopView, said: Said): Promise<boolean> {
  rest();
  const kept = await mark(view, said);
  if (kept) {
    const what = said.outcome === "done" ? doneWord(view) : notDoneWord(view);
    const next = state.next.value;
    spoken.value = `${nameOf(view.stop)}: ${what}. ${next ? `Next: ${nameOf(next.stop)}` : "Round finished"}`;
  }
  return kept;
}

function Open({
  view,
  onDone,
  word = doneWord(view),
}: {
  view: StopView;
  onDone: () => void;
  word?: string;
}) {
  const here = `/phone/stop/${view.stop.stop_id}`;
  return (
    <div class="phone-actions">
      <a class="phone-small" href={`${here}/done`}>
        With a note or photo
      </a>
      <a class="button phone-button" href={`${here}/skip`}>
        {notDoneWord(view)}…
      </a>
      <button
        type="button"
        class="primary phone-strong"
        aria-disabled={resting.value}
        onClick={() => resting.value || onDone()}
      >
        <Check />
        {word}
      </button>
    </div>
  );
}

/** Its weight is asked for on a page of its own, where it is kept while it is typed. */
function Disposal({ view }: { view: StopView }) {
  const here = `/phone/stop/${view.stop.stop_id}`;
  return (
    <div class="phone-actions">
      <a class="button phone-button" href={`${here}/skip`}>
        {notDoneWord(view)}…
      </a>
      <a class="button primary phone-strong" href={`${here}/done`}>
        <Check />
        {doneWord(view)}…
      </a>
    </div>
  );
}

function Break({ view }: { view: StopView }) {
  const { stop_id } = view.stop;
  const begun = state.breaks.value[stop_id];
  if (begun === undefined) {
    return (
      <Open
        view={view}
        word="Start break"
        onDone={() => void beginBreak(stop_id, new Date().toISOString())}
      />
    );
  }
  const minutes = Math.max(0, Math.floor((state.now.value - Date.parse(begun)) / 60_000));
  const end = async () => {
    const note = `Break from ${clock(begun, state.zone.value)}, ${minutes} min`;
    if (await say(view, { outcome: "done", note })) {
      await beginBreak(stop_id, null);
    }
  };
  return (
    <>
      <p class="phone-what" role="timer">
        Break since {clock(begun, state.zone.value)}: {minutes} min
      </p>
      <Open view={view} onDone={() => void end()} />
    </>
  );
}

function Marked({ view }: { view: StopView }) {
  const other = view.outcome === "done" ? "skip" : "done";
  return (
    <div class="phone-actions">
      <button type="button" class="phone-button" onClick={() => void undo(view)}>
        <Undo />
        Undo
      </button>
      <a class="button phone-button" href={`/phone/stop/${view.stop.stop_id}/${other}`}>
        {view.outcome === "done" ? notDoneWord(view) : doneWord(view)}…
      </a>
    </div>
  );
}
