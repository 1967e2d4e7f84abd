/** Stops on which two phones contradict each other: both marks side by side, and which one holds. */
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { session } from "../../shared/session";
import { type Address, addressWith } from "../lists/address";
import { useLive } from "../lists/live";
import { said, useLoaded } from "../lists/loaded";
import { Choice, State, TakeAway, When } from "../lists/parts";
import { MarkCard } from "./mark";
import "./conflicts.css";

export type Conflict = Schemas["ConflictOut"];
const LEAST_MS = 2_000;

export function Conflicts({ address }: { address: Address }) {
  const state = address.query.conflicts === "all" ? "all" : "open";
  const conflicts = useLoaded(state, async (signal) => {
    const query = { state, limit: 1000 } as const;
    const answer = await api.GET("/conflicts", { params: { query }, signal });
    return (answer.data as Schemas["ConflictPage"]).items;
  });
  useLive(["hello", "stop"], conflicts.reload, LEAST_MS);
  const { data } = conflicts;
  return (
    <section aria-labelledby="conflicts-name" class="conflicts">
      <div class="lists-head">
        <div>
          <h2 id="conflicts-name">Marks that contradict each other</h2>
          <p class="quiet">Two phones marked a stop and did not know of one another.</p>
        </div>
        <TakeAway csv={addressWith("/conflicts.csv", { state }, {})}>
          <Choice
            label="Conflicts"
            parameter="conflicts"
            all="to be decided"
            values={[["all", "all, also those that are over"]]}
            address={address}
          />
        </TakeAway>
      </div>
      <State of={conflicts} empty={data?.length === 0 ? "None waits to be decided." : null} />
      {data?.map((one) => (
        <ConflictCard key={one.stop_id} conflict={one} onChange={conflicts.reload} />
      ))}
    </section>
  );
}

function ConflictCard({ conflict, onChange }: { conflict: Conflict; onChange: () => void }) {
  const [note, setNote] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { decided } = conflict;
  const open = conflict.state === "open";
  const may = open && session.value?.role === "ops";
  const decide = async (reportId: string) => {
    setBusy(true);
    setError(null);
    try {
      await api.POST("/conflicts/{stop_id}/resolve", {
        params: { path: { stop_id: conflict.stop_id } },
        body: { report_id: reportId, note: note.trim() || null },
      });
      onChange();
    } catch (failed) {
      setError(said(failed));
    } finally {
      setBusy(false);
    }
  };
  const shown = open ? conflict.marks.filter((mark) => mark.disputed) : conflict.marks;
  return (
    <article class="conflict" data-stop={conflict.stop_id}>
      <h3>
        {conflict.bin_id === null ? (
          (conflict.name ?? conflict.kind)
        ) : (
          <a href={`/ops/bins/${encodeURIComponent(conflict.bin_id)}`}>{conflict.name}</a>
        )}
      </h3>
      <p class="quiet">
        {conflict.crew_id ?? "no crew"} · {conflict.vehicle_id} ·{" "}
        <a href={`/ops/plans/${conflict.plan_id}`}>plan of {conflict.day}</a>; noticed{" "}
        <When at={conflict.noticed_at} none="" />
      </p>
      <div class="conflict-marks">
        {shown.map((mark) => (
          <MarkCard key={mark.report_id} mark={mark}>
            {may && (
              <button type="button" disabled={busy} onClick={() => decide(mark.report_id)}>
                This one holds
              </button>
            )}
          </MarkCard>
        ))}
      </div>
      {may && (
        <label>
          Note to the decision
          <input
            maxLength={500}
            placeholder="Asked both: the van was gone by then"
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
      )}
      {decided && (
        <p>
          Decided by {decided.decided_by}, <When at={decided.decided_at} none="" />
          {decided.note && `: ${decided.note}`}
        </p>
      )}
      {error && <p role="alert">{error}</p>}
    </article>
  );
}
