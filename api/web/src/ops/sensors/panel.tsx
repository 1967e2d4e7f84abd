/** One sensor: how it does, what people noted, where it sat, what it said last. */
import { useEffect, useRef } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { session } from "../../shared/session";
import { words } from "../../shared/words";
import { useLoaded } from "../lists/loaded";
import { State, When } from "../lists/parts";
import { SeenForm } from "./seen";
import { battery, place } from "./table";
import "./panel.css";

export type Whole = Schemas["SensorWhole"];

const WELL: readonly string[] = ["ok", "retired", "not_mounted"];

function mayNote(sensor: Whole): boolean {
  const role = session.value?.role;
  return (role === "ops" || role === "device_admin") && !WELL.includes(sensor.health.state);
}

export function Panel(props: { sensorId: string; onChange: () => void; onClose: () => void }) {
  const { sensorId } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const sensor = useLoaded(sensorId, async (signal) => {
    const path = { sensor_id: sensorId };
    const answer = await api.GET("/sensors/{sensor_id}", { params: { path }, signal });
    return answer.data as Whole;
  });
  const changed = () => {
    sensor.reload();
    props.onChange();
  };
  const { data } = sensor;
  return (
    <dialog ref={dialog} class="sensor-panel" aria-labelledby="sensor-name" onClose={props.onClose}>
      <header class="lists-head">
        <h2 id="sensor-name">Sensor {sensorId}</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <State of={sensor} empty={null} />
      {data && (
        <>
          <Facts sensor={data} />
          {mayNote(data) && <SeenForm sensor={data} onChange={changed} />}
          <Notes notes={data.notes} />
          <Mountings sensor={data} />
          {data.bin_id !== null && <Said sensor={data} binId={data.bin_id} />}
        </>
      )}
    </dialog>
  );
}

function Facts({ sensor }: { sensor: Whole }) {
  return (
    <dl class="sensor-facts">
      <dt>Health</dt>
      <dd>
        <strong>{words(sensor.health.state)}</strong>: {sensor.health.why}
      </dd>
      <dt>What to do</dt>
      <dd>{sensor.what_to_do}</dd>
      <dt>Bin</dt>
      <dd>
        {sensor.bin_id === null ? (
          "in no bin"
        ) : (
          <>
            <a href={`/ops/bins/${encodeURIComponent(sensor.bin_id)}`}>{sensor.bin_name}</a> (
            {sensor.bin_id}), {place(sensor.position)}
          </>
        )}
      </dd>
      <dt>Make</dt>
      <dd>{sensor.device}</dd>
      <dt>Last heard</dt>
      <dd>
        <When at={sensor.heard_at} none="never" />
      </dd>
      <dt>Battery</dt>
      <dd>{battery(sensor)}</dd>
    </dl>
  );
}

function Notes({ notes }: { notes: Whole["notes"] }) {
  if (notes.length === 0) {
    return null;
  }
  return (
    <section>
      <h3>Notes</h3>
      <ul>
        {notes.map((note) => (
          <li key={note.noted_at}>
            {note.note} <span class="quiet">({words(note.health)})</span>
            <small>
              {note.noted_by}, <When at={note.noted_at} none="" /> until{" "}
              <When at={note.until} none="" />
              {note.ended_by && `; ended by ${note.ended_by}`}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Mountings({ sensor }: { sensor: Whole }) {
  return (
    <section>
      <h3>Where it sat</h3>
      {sensor.mountings.length === 0 ? (
        <p class="quiet">It was never mounted.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Bin</th>
              <th scope="col">From</th>
              <th scope="col">Until</th>
            </tr>
          </thead>
          <tbody>
            {sensor.mountings.toReversed().map((one) => (
              <tr key={one.mounted_at}>
                <td>
                  <a href={`/ops/bins/${encodeURIComponent(one.bin_id)}`}>{one.bin_id}</a>
                </td>
                <td>
                  <When at={one.mounted_at} none="" />
                </td>
                <td>
                  <When at={one.unmounted_at} none="still there" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const LAST = 12;
const BEFORE_MS = 2 * 86_400_000;

function Said({ sensor, binId }: { sensor: Whole; binId: string }) {
  const until = sensor.heard_at;
  const readings = useLoaded(`${sensor.sensor_id} ${until}`, async (signal) => {
    if (until === null) {
      return [];
    }
    const since = new Date(Date.parse(until) - BEFORE_MS).toISOString();
    const answer = await api.GET("/bins/{bin_id}/readings", {
      params: { path: { bin_id: binId }, query: { since, limit: 1000 } },
      signal,
    });
    const items = answer.data?.items ?? [];
    return items.filter((one) => one.sensor_id === sensor.sensor_id);
  });
  const { data } = readings;
  const empty = data?.length === 0 ? "It has said nothing in this bin." : null;
  return (
    <section>
      <h3>What it said last</h3>
      <State of={readings} empty={empty} />
      {data && data.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Measured</th>
              <th scope="col">It said</th>
              <th scope="col">Level</th>
              <th scope="col">Trust</th>
            </tr>
          </thead>
          <tbody>
            {data
              .toSorted((a, b) => b.measured_at.localeCompare(a.measured_at))
              .slice(0, LAST)
              .map((one) => (
                <tr key={one.measured_at}>
                  <td>
                    <When at={one.measured_at} none="" />
                  </td>
                  <td>{own(one)}</td>
                  <td>{one.fill_pct === null ? "none" : `${Math.round(one.fill_pct)} %`}</td>
                  <td>{words(one.trust)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function own(reading: Schemas["ReadingOut"]): string {
  if (reading.raw_fill_pct !== null) {
    return `${reading.raw_fill_pct} %`;
  }
  if (reading.raw_distance_mm !== null) {
    return `${reading.raw_distance_mm} mm`;
  }
  return reading.no_level_reason === null ? "nothing" : words(reading.no_level_reason);
}
