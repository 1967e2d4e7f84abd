/** A mark with more to say: why it was skipped, a note, photos, a weight. Kept while it is written. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { type Draft, draft, keepDraft } from "../keep/drafts";
import { nameOf } from "../rules/changes";
import { weightOf } from "../rules/fill";
import type { StopView } from "../rules/overlay";
import { doneWord, notDoneWord, REASONS, reasonWord } from "../rules/say";
import * as state from "../state/state";
import { Check } from "./icons";
import { say } from "./marking";
import { NoStop } from "./nostop";
import { Photos } from "./photos";
import { Title } from "./title";

export function SkipPage() {
  return <MarkPage outcome="skipped" />;
}

export function DonePage() {
  return <MarkPage outcome="done" />;
}

function MarkPage({ outcome }: { outcome: "done" | "skipped" }) {
  const { params } = useRoute();
  const view = state.views.value.find((one) => one.stop.stop_id === params.id);
  const [begun, setBegun] = useState<Draft | null>(null);
  const stop_id = view?.stop.stop_id;
  useEffect(() => {
    if (stop_id !== undefined) {
      void draft(state.db(), stop_id).then(setBegun);
    }
  }, [stop_id]);
  if (view === undefined) {
    return <NoStop />;
  }
  // what was begun comes before the first tap, which it must not undo
  return begun === null ? null : <MarkForm view={view} outcome={outcome} begun={begun} />;
}

function MarkForm({
  view,
  outcome,
  begun,
}: {
  view: StopView;
  outcome: "done" | "skipped";
  begun: Draft;
}) {
  const { route } = useLocation();
  const { stop } = view;
  const [written, setWritten] = useState<Draft>(begun);
  const saving = useRef(false);
  const write = (change: Partial<Draft>) => {
    const next = { ...written, ...change };
    setWritten(next);
    void keepDraft(state.db(), next);
  };
  const weight = weightOf(written.weight_kg);
  const missing = outcome === "skipped" && written.skip_reason === null;
  const save = async (event: Event) => {
    event.preventDefault();
    if (missing || weight === "wrong" || saving.current) {
      return;
    }
    saving.current = true;
    const kept = await say(view, {
      outcome,
      skip_reason: outcome === "skipped" ? written.skip_reason : null,
      note: written.note,
      weight_kg: stop.kind === "disposal" && outcome === "done" ? weight : null,
      photo_ids: written.photo_ids,
    });
    saving.current = false;
    if (kept) {
      route("/phone/");
    }
  };
  const title = outcome === "done" ? doneWord(view) : notDoneWord(view);
  return (
    <form class="phone-form" onSubmit={(event) => void save(event)}>
      <p class="phone-kicker">{nameOf(stop)}</p>
      <Title>{title}</Title>
      {outcome === "skipped" && (
        <Reasons chosen={written.skip_reason} choose={(skip_reason) => write({ skip_reason })} />
      )}
      {outcome === "done" && stop.kind === "disposal" && (
        <label class="phone-field">
          Weight in kg
          <input
            inputMode="decimal"
            autocomplete="off"
            value={written.weight_kg}
            aria-invalid={weight === "wrong"}
            onInput={(event) => write({ weight_kg: event.currentTarget.value })}
          />
        </label>
      )}
      <label class="phone-field">
        Note for operations
        <textarea
          rows={3}
          maxLength={1000}
          value={written.note}
          onInput={(event) => write({ note: event.currentTarget.value })}
        />
      </label>
      <Photos written={written} changed={setWritten} />
      <div class="phone-actions">
        <a class="button phone-button" href={`/phone/stop/${stop.stop_id}`}>
          Back
        </a>
        <button type="submit" class="primary phone-strong" aria-disabled={missing}>
          <Check />
          {missing
            ? "Choose a reason"
            : `Save${outcome === "skipped" ? `: ${reasonWord(written.skip_reason).toLowerCase()}` : ""}`}
        </button>
      </div>
    </form>
  );
}

function Reasons({
  chosen,
  choose,
}: {
  chosen: Draft["skip_reason"];
  choose: (reason: Draft["skip_reason"]) => void;
}) {
  return (
    <fieldset class="phone-reasons">
      <legend>Why?</legend>
      {REASONS.map(({ reason, word }) => (
        <label key={reason}>
          <input
            type="radio"
            name="reason"
            value={reason}
            checked={chosen === reason}
            onChange={() => choose(reason)}
          />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}
