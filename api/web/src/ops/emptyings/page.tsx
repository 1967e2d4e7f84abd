/** Emptyings to ask about: marks of two phones that contradict each other, crews beside sensors. */
import { useState } from "preact/hooks";
import type { paths } from "#api";
import { api, type Schemas } from "../../shared/api";
import { clock, words } from "../../shared/words";
import { type Address, addressWith, useAddress } from "../lists/address";
import { useLive } from "../lists/live";
import { useLoaded } from "../lists/loaded";
import { Choice, type Counted, Counts, More, Search, State, TakeAway } from "../lists/parts";
import { Conflicts } from "./conflicts";
import { EmptyingTable } from "./table";

export type Work = Schemas["EmptyingWork"];
type Asked = NonNullable<paths["/work/emptyings"]["get"]["parameters"]["query"]>;

const NAMES = ["days", "kind", "depot_id", "stream", "search"];
const PART = 200;
/** All of the last days is matched anew for each answer. */
const LEAST_MS = 10_000;

export default function EmptyingsPage() {
  const address = useAddress();
  const [limit, setLimit] = useState(PART);
  const asked = Object.fromEntries(
    NAMES.map((name) => [name, (address.query[name] ?? "").trim()]).filter(([, one]) => one !== ""),
  );
  const work = useLoaded(JSON.stringify([asked, limit]), async (signal) => {
    const query = { ...asked, limit } as Asked;
    const answer = await api.GET("/work/emptyings", { params: { query }, signal });
    return answer.data as Work;
  });
  useLive(["hello", "stop"], work.reload, LEAST_MS);
  const { data } = work;
  return (
    <section class="lists">
      <h1>Emptyings to ask about</h1>
      <Conflicts address={address} />
      <div class="lists-head">
        <div>
          <h2>Crews and sensors disagree</h2>
          {data && (
            <p class="quiet" role="status">
              {data.total} in the last {asked.days ?? 7} days, as of {clock(data.made_at)}
              {data.items.length < data.total && `; the newest ${data.items.length} are shown`}
            </p>
          )}
        </div>
        <TakeAway csv={addressWith("/work/emptyings.csv", asked, {})} />
      </div>
      {data && <Counts label="By kind" parameter="kind" counts={counted(data)} address={address} />}
      <Filters work={data} address={address} />
      <State
        of={work}
        empty={
          data?.total === 0 ? "Nothing: what crews say and what sensors show goes together." : null
        }
      />
      {data && data.total > 0 && (
        <div class={work.busy ? "lists-scroll lists-busy" : "lists-scroll"}>
          <EmptyingTable work={data} />
        </div>
      )}
      <More of={data} limit={limit} setLimit={setLimit} />
    </section>
  );
}

/** All of them first, then each kind. */
function counted({ counts }: Work): Counted[] {
  const all = counts.reduce((n, one) => n + one.n, 0);
  const kinds = counts.map((one) => ({ value: one.kind, name: words(one.kind), n: one.n }));
  return [{ value: "", name: "All", n: all }, ...kinds];
}

function Filters({ work, address }: { work: Work | null; address: Address }) {
  const found = (of: "depot_id" | "stream") => {
    const here = address.query[of];
    const all = new Set([...(work?.items.map((one) => one[of]) ?? []), ...(here ? [here] : [])]);
    return [...all].sort().map((value) => [value, value] as const);
  };
  return (
    <search class="lists-filters">
      <Search looksFor="bin, vehicle or crew" address={address} />
      <Choice
        label="Days"
        parameter="days"
        all="last 7 days"
        values={[
          ["1", "last 24 hours"],
          ["14", "last 14 days"],
          ["31", "last 31 days"],
        ]}
        address={address}
      />
      <Choice
        label="Depot"
        parameter="depot_id"
        all="all depots"
        values={found("depot_id")}
        address={address}
      />
      <Choice
        label="Stream"
        parameter="stream"
        all="all streams"
        values={found("stream")}
        address={address}
      />
    </search>
  );
}
