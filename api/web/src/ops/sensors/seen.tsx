/** "Seen, somebody goes on Tuesday": lets a sensor rest until then. */
import { useState } from "preact/hooks";
import { api } from "../../shared/api";
import { words } from "../../shared/words";
import { said } from "../lists/loaded";
import { When } from "../lists/parts";
import type { Whole } from "./panel";

const RESTS: readonly (readonly [days: number, name: string])[] = [
  [1, "1 day"],
  [2, "2 days"],
  [3, "3 days"],
  [7, "1 week"],
  [14, "2 weeks"],
  [30, "30 days"],
];

export function SeenForm({ sensor, onChange }: { sensor: Whole; onChange: () => void }) {
  const [note, setNote] = useState("");
  const [days, setDays] = useState(2);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const path = { sensor_id: sensor.sensor_id };
  const change = async (send: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await send();
      setNote("");
      onChange();
    } catch (failed) {
      setError(said(failed));
    } finally {
      setBusy(false);
    }
  };
  const save = () =>
    api.PUT("/sensors/{sensor_id}/seen", {
      params: { path },
      body: {
        health: sensor.health.state,
        note,
        until: new Date(Date.now() + days * 86_400_000).toISOString(),
      },
    });
  const takeBack = () => api.DELETE("/sensors/{sensor_id}/seen", { params: { path } });
  return (
    <section class="sensor-seen">
      {sensor.seen && (
        <p>
          <strong>Seen:</strong> {sensor.seen.note} ({sensor.seen.noted_by}); it comes back{" "}
          <When at={sensor.seen.until} none="" />{" "}
          <button type="button" disabled={busy} onClick={() => change(takeBack)}>
            Take back
          </button>
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change(save);
        }}
      >
        <label>
          {sensor.seen ? "Another note" : `Somebody sees to it (${words(sensor.health.state)})`}
          <input
            required
            maxLength={500}
            placeholder="Jana goes on Tuesday"
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        <label>
          Let it rest for
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {RESTS.map(([n, name]) => (
              <option key={n} value={n}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary" disabled={busy || note.trim() === ""}>
          Note it
        </button>
      </form>
      {error && <p role="alert">{error}</p>}
    </section>
  );
}
