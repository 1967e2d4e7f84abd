/** Sensors that need somebody: how many of what, which, since when, and what one does. */
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { clock, words } from "../../shared/words";
import { type Address, useAddress } from "../lists/address";
import { useLive } from "../lists/live";
import { useLoaded } from "../lists/loaded";
import { Choice, type Counted, Counts, More, Search, State, TakeAway } from "../lists/parts";
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
      {data && (
        <Counts label="By health" parameter="health" counts={counted(data)} address={address} />
      )}
      {data && <Filters work={data} address={address} />}
      <State of={work} empty={data?.total === 0 ? emptyList(data, query) : null} />
      {data && data.total > 0 && (
        <div class={work.busy ? "lists-scroll lists-busy" : "lists-scroll"}>
          <SensorTable work={data} address={address} />
        </div>
      )}
      <More of={data} limit={limit} setLimit={setLimit} />
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

/** All that need somebody first, then each health. */
function counted({ counts }: Work): Counted[] {
  const waiting = counts.filter((count) => count.needs_somebody);
  const sum = (of: "sensors" | "seen") => waiting.reduce((n, count) => n + count[of], 0);
  const aside = (seen: number) => seen > 0 && `${seen} seen`;
  return [
    {
      value: "",
      name: "All that need somebody",
      n: sum("sensors"),
      aside: aside(sum("seen")),
    },
    ...counts.map((count) => ({
      value: count.health,
      name: words(count.health),
      n: count.sensors,
      aside: aside(count.seen),
    })),
  ];
}

function Filters({ work, address }: { work: Work; address: Address }) {
  const same = (values: readonly string[]) => values.map((value) => [value, value] as const);
  return (
    <search class="lists-filters">
      <Search looksFor="id or name" address={address} />
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
