import { dayAndClock, secondsSince, words } from "../../shared/words";
import type { BinWhole } from "../map/wholeBin";
import { ago } from "./rounds";

interface SensorsProps {
  readonly bin: BinWhole;
  readonly nowMs: number;
  readonly timeZone: string | undefined;
}

/** What sits in the bin and how it does, and what sat in it before. */
export function Sensors({ bin, nowMs, timeZone }: SensorsProps) {
  return (
    <section aria-labelledby="ops-bin-sensors">
      <h2 id="ops-bin-sensors">Sensor</h2>
      {bin.sensors.length === 0 && <p>No sensor sits in it: crews say how full it is.</p>}
      {bin.sensors.map((sensor) => (
        <dl key={sensor.sensor_id} class="ops-bin-facts">
          <dt>Id</dt>
          <dd>
            <a href={`/ops/sensors?sensor=${encodeURIComponent(sensor.sensor_id)}`}>
              {sensor.sensor_id}
            </a>{" "}
            ({sensor.device})
          </dd>
          <dt>Health</dt>
          <dd>
            {words(sensor.health.state)}
            {sensor.health.since && `, since ${dayAndClock(sensor.health.since, timeZone)}`}:{" "}
            {sensor.health.why}
          </dd>
          <dt>Heard</dt>
          <dd>{ago(sensor.heard_at === null ? null : secondsSince(sensor.heard_at, nowMs))}</dd>
          <dt>Battery</dt>
          <dd>{batteryTold(sensor)}</dd>
        </dl>
      ))}
      {bin.mountings.length > 0 && (
        <>
          <h3>What sat in it</h3>
          <ul>
            {bin.mountings.map((one) => (
              <li key={`${one.sensor_id} ${one.mounted_at}`}>
                {one.sensor_id}: from {dayAndClock(one.mounted_at, timeZone)}{" "}
                {one.unmounted_at
                  ? `to ${dayAndClock(one.unmounted_at, timeZone)}`
                  : "on, still in it"}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function batteryTold(sensor: BinWhole["sensors"][number]): string {
  const said = [
    sensor.battery_pct === null ? null : `${Math.round(sensor.battery_pct)} %`,
    sensor.battery_v === null ? null : `${sensor.battery_v.toFixed(2)} V`,
  ].filter((one) => one !== null);
  return said.length ? said.join(", ") : "it does not say";
}
