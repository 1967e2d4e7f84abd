/** The list itself; sorted by health it stands in groups, each with what one does about it. */
import { Fragment } from "preact";
import type { Schemas } from "../../shared/api";
import { words } from "../../shared/words";
import type { Address } from "../lists/address";
import { Sorted, When } from "../lists/parts";
import type { Work } from "./page";

type Sensor = Schemas["SensorOut"];

export function SensorTable({ work, address }: { work: Work; address: Address }) {
  const grouped = (address.query.sort ?? "health") === "health";
  const heading = { address, usual: "health" };
  return (
    <table class="lists-cards">
      <caption class="visually-hidden">Sensors, each with its bin and what is the matter</caption>
      <thead>
        <tr>
          <Sorted name="Health" by="health" {...heading} />
          <Sorted name="Since" by="since" {...heading} />
          <th scope="col">Why</th>
          <Sorted name="Bin" by="bin" {...heading} />
          <Sorted name="Sensor" by="sensor" {...heading} />
          <Sorted name="Last heard" by="heard" {...heading} />
          <Sorted name="Battery" by="battery" {...heading} />
        </tr>
      </thead>
      <tbody>
        {work.items.map((sensor, n) => (
          <Fragment key={sensor.sensor_id}>
            {grouped && sensor.health.state !== work.items[n - 1]?.health.state && (
              <GroupHead work={work} state={sensor.health.state} />
            )}
            <Row sensor={sensor} address={address} />
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function GroupHead({ work, state }: { work: Work; state: string }) {
  const count = work.counts.find((one) => one.health === state);
  return (
    <tr class="lists-group">
      <th scope="rowgroup" colSpan={7}>
        {words(state)}
        <small>{count?.what_to_do}</small>
      </th>
    </tr>
  );
}

function Row({ sensor, address }: { sensor: Sensor; address: Address }) {
  const { health, seen } = sensor;
  return (
    <tr data-sensor={sensor.sensor_id}>
      <td data-name="Health">
        {words(health.state)}
        {seen && (
          <small>
            seen: {seen.note} ({seen.noted_by}, until <When at={seen.until} none="" />)
          </small>
        )}
      </td>
      <td data-name="Since">
        <When at={health.since} none="not known" />
      </td>
      <td data-name="Why">{health.why}</td>
      <td data-name="Bin">
        {sensor.bin_id === null ? (
          <span class="quiet">in no bin</span>
        ) : (
          <>
            <a href={`/ops/bins/${encodeURIComponent(sensor.bin_id)}`}>{sensor.bin_name}</a>
            <small>
              {sensor.bin_id} · {sensor.stream} · {sensor.depot_id}
            </small>
            <small>{place(sensor.position)}</small>
          </>
        )}
      </td>
      <td data-name="Sensor">
        <a href={address.to({ sensor: sensor.sensor_id })}>{sensor.sensor_id}</a>
        <small>{sensor.device}</small>
      </td>
      <td data-name="Last heard">
        <When at={sensor.heard_at} none="never" />
      </td>
      <td data-name="Battery">{battery(sensor)}</td>
    </tr>
  );
}

/** Where a bin stands, as maps take it: latitude first. */
export function place(position: Sensor["position"]): string {
  return position === null
    ? "no position"
    : `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}`;
}

/** What is known of a battery: percents, volts, both or nothing. */
export function battery(sensor: Pick<Sensor, "battery_pct" | "battery_v">): string {
  const said = [
    sensor.battery_pct === null ? null : `${Math.round(sensor.battery_pct)} %`,
    sensor.battery_v === null ? null : `${sensor.battery_v.toFixed(2)} V`,
  ].filter((one) => one !== null);
  return said.join(", ") || "not known";
}
