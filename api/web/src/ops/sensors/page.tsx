/** Sensors that need somebody: how many of what, which, since when, and what one does. */
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { clock, words } from "../../shared/words";
import { type Address, useAddress } from "../lists/address";
import { useLive } from "../lists/live";
import { useLoaded } from "../lists/loaded";
import { Choice, State, TakeAway } from "../lists/parts";
import { askedFor, csvAddress, PART } from "./asked";
import { Panel } from "./panel";
import { SensorTable } from "./table";

/** All sensors are judged anew for each answer. */
const LEAST_MS = 10_000;

export type Work = Schemas["SensorWork"];

export default function SensorsPage() {
  const address = useAddress();
  const { query } = address;
  const [limit, setLimit] = useState(PART);
  const conditions = askedFor(query, limit);
  const work = useLoaded(JSON.stringify(conditions), async (signal) => {
    const answer = await api.GET("/work/sensors", { params: { query: conditions }, signal });
    return answer.data as Work;
  });
  useLive(["hello", "sensors"], work.reload, LEAST_MS);
  const { data } = work;
  const opened = query.sensor;
  return (
    <section class="lists">
      <div class="lists-head">
        <div>
          <h1>Sensors that need somebody</h1>
          {data && (
            <p class="quiet" role="status">
              {data.total === 1 ? "1 sensor" : `${data.total} sensors`} on the list, as of{" "}
              {clock(data.made_at)}
              {data.items.length < data.total && `; the first ${data.items.length} are shown`}
            </p>
          )}
        </div>
        <TakeAway csv={csvAddress(query)} />
      </div>
      {data && <Counts work={data} address={address} />}
      {data && <Filters work={data} address={address} />}
      <State of={work} empty={data?.total === 0 ? emptyList(data, query) : null} />
      {data && data.total > 0 && (
        <div class={work.busy ? "lists-scroll lists-busy" : "lists-scroll"}>
          <SensorTable work={data} address={address} />
        </div>
      )}
      {data && data.items.length < data.total && limit < 1000 && (
        <p>
          <button type="button" onClick={() => setLimit(1000)}>
            Show up to 1,000
          </button>
        </p>
      )}
      {opened && (
        <Panel
          key={opened}
          sensorId={opened}
          onChange={work.reload}
          onClose={() => address.go({ sensor: "" })}
        />
      )}
    </section>
  );
}

function emptyList(work: Work, query: Address["query"]): string {
  const filtered = ["health", "seen", "depot_id", "stream", "device", "search"].some(
    (name) => query[name],
  );
  if (filtered) {
    return "No sensor meets these conditions.";
  }
  return work.counts.length === 0
    ? "No sensors are registered."
    : "No sensor needs anybody: all that are in bins are well, or somebody sees to them.";
}

function Counts({ work, address }: { work: Work; address: Address }) {
  const here = address.query.health ?? "";
  const waiting = work.counts.filter((count) => count.needs_somebody);
  const sum = (of: "sensors" | "seen") => waiting.reduce((n, count) => n + count[of], 0);
  return (
    <nav aria-label="By health">
      <ul class="lists-counts">
        <li>
          <a href={address.to({ health: "" })} aria-current={here === "" ? "true" : undefined}>
            All that need somebody <strong>{sum("sensors")}</strong>
            {sum("seen") > 0 && <span class="quiet">{sum("seen")} seen</span>}
          </a>
        </li>
        {work.counts.map((count) => (
          <li key={count.health}>
            <a
              href={address.to({ health: count.health })}
              aria-current={here === count.health ? "true" : undefined}
            >
              {words(count.health)} <strong>{count.sensors}</strong>
              {count.seen > 0 && <span class="quiet">{count.seen} seen</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Filters({ work, address }: { work: Work; address: Address }) {
  const same = (values: readonly string[]) => values.map((value) => [value, value] as const);
  return (
    <search class="lists-filters">
      <label>
        Search
        <input
          type="search"
          placeholder="id or name"
          value={address.query.search ?? ""}
          onInput={(event) => address.go({ search: event.currentTarget.value }, true)}
        />
      </label>
      <Choice
        label="Depot"
        parameter="depot_id"
        all="all depots"
        values={same(work.depots)}
        address={address}
      />
      <Choice
        label="Stream"
        parameter="stream"
        all="all streams"
        values={same(work.streams)}
        address={address}
      />
      <Choice
        label="Make"
        parameter="device"
        all="all makes"
        values={same(work.devices)}
        address={address}
      />
      <Choice
        label="Seen"
        parameter="seen"
        all="nobody sees to it"
        values={[
          ["seen", "somebody sees to it"],
          ["all", "both"],
        ]}
        address={address}
      />
    </search>
  );
}
