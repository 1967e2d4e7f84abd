/** What people report upward: this span beside the one before, with what it is known from. */
import { useEffect } from "preact/hooks";
import { api, type Schemas } from "../../shared/api";
import { dayAndClock } from "../../shared/words";
import { type Address, addressWith, useAddress } from "../lists/address";
import { useLoaded } from "../lists/loaded";
import { State, TakeAway } from "../lists/parts";
import { day, moved, spanOf } from "./days";
import { Reasons } from "./reasons";
import { FigureTable } from "./table";
import "./figures.css";

export type Figures = Schemas["FiguresOut"];

const NAMES = ["from", "to", "depot_id", "stream"];
/** While days are reckoned the page asks again by itself. */
const AGAIN_MS = 500;

export default function FiguresPage() {
  const address = useAddress();
  const asked = Object.fromEntries(
    NAMES.map((name) => [name, address.query[name] ?? ""]).filter(([, value]) => value !== ""),
  );
  const figures = useLoaded(JSON.stringify(asked), async (signal) => {
    const answer = await api.GET("/figures", { params: { query: asked }, signal });
    return answer.data as Figures;
  });
  const { data } = figures;
  useEffect(() => {
    if (!data?.all_waiting || figures.busy || figures.error !== null) {
      return undefined;
    }
    const again = setTimeout(figures.reload, AGAIN_MS);
    return () => clearTimeout(again);
  }, [data, figures.busy, figures.error, figures.reload]);
  return (
    <section class="lists">
      <div class="lists-head">
        <div>
          <h1>Figures</h1>
          {data && (
            <p class="quiet">
              {spanOf(data.first, data.last)}, beside {spanOf(data.before_first, data.before_last)}
              {data.made_at && `; reckoned ${dayAndClock(data.made_at)}`}
            </p>
          )}
        </div>
        <TakeAway csv={addressWith("/figures.csv", asked, {})}>
          <button type="button" onClick={figures.reload} disabled={figures.busy}>
            Reckon anew
          </button>
        </TakeAway>
      </div>
      <Filters data={data} address={address} />
      <State of={figures} empty={null} />
      {data && data.all_waiting > 0 && (
        <p class="lists-state" role="status">
          {data.waiting > 0
            ? `Days that nobody asked for before are being reckoned: ${data.days - data.waiting} of ${data.days} are there.`
            : "The weeks before are still being reckoned."}
        </p>
      )}
      {data && (
        <>
          <FigureTable data={data} />
          <Reasons data={data} />
        </>
      )}
    </section>
  );
}

function Filters({ data, address }: { data: Figures | null; address: Address }) {
  return (
    <search class="lists-filters">
      {data && (
        <>
          <button type="button" onClick={() => address.go(moved(data, -1))}>
            ← before
          </button>
          <button type="button" onClick={() => address.go(moved(data, 1))}>
            next →
          </button>
        </>
      )}
      <label>
        From
        <input
          type="date"
          value={data?.first ?? address.query.from}
          max={data?.last}
          onChange={(event) => address.go(bounds(data, { from: event.currentTarget.value }))}
        />
      </label>
      <label>
        To
        <input
          type="date"
          value={data?.last ?? address.query.to}
          min={data?.first}
          onChange={(event) => address.go(bounds(data, { to: event.currentTarget.value }))}
        />
      </label>
      <Names
        label="Depot"
        all="all depots"
        parameter="depot_id"
        values={data?.depots}
        address={address}
      />
      <Names
        label="Stream"
        all="all streams"
        parameter="stream"
        values={data?.streams}
        address={address}
      />
      <button type="button" onClick={() => address.go({ from: "", to: "" })}>
        Last whole week
      </button>
    </search>
  );
}

/** Both days stand in the address as soon as one of them is chosen. */
function bounds(data: Figures | null, changes: Record<string, string>): Record<string, string> {
  return { from: day(data?.first), to: day(data?.last), ...changes };
}

function Names(props: {
  label: string;
  all: string;
  parameter: "depot_id" | "stream";
  values: readonly string[] | undefined;
  address: Address;
}) {
  const { address, parameter } = props;
  const here = address.query[parameter] ?? "";
  return (
    <label>
      {props.label}
      <select
        value={here}
        onChange={(event) => address.go({ [parameter]: event.currentTarget.value })}
      >
        <option value="">{props.all}</option>
        {[...new Set([...(props.values ?? []), ...(here ? [here] : [])])].map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
