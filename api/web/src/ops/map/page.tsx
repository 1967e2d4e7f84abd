import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { BinMap } from "./binMap";
import { BinCard } from "./card";
import type { Bins } from "./columns";
import { type Address, type Filter, read, SORTS, type Sort, type View, write } from "./filter";
import { Filters } from "./filters";
import { Legend } from "./legend";
import { BinList } from "./list";
import "./bin-bits.css";
import "./map.css";
import "./overlay.css";
import { countText } from "./say";
import { type Box, drawn, select, sorted } from "./select";
import { bins as allBins, follow, load, loading, now, version } from "./store";

/** All bins: the map and the list are the same selection, and the address says which. */
export default function MapPage() {
  useEffect(follow, []);
  useEffect(() => {
    document.title = "Bins: Brimful";
  }, []);
  const bins = allBins.value;
  if (bins !== null && bins.count > 0) {
    return <Room bins={bins} />;
  }
  return (
    <section class="ops-text" aria-live="polite">
      <h1>Bins</h1>
      {loading.value === "loading" && <p>Loading the bins…</p>}
      {loading.value === "failed" && (
        <>
          <p>The bins cannot be loaded at the moment. Trying again by itself.</p>
          <button type="button" class="primary" onClick={() => void load()}>
            Try now
          </button>
        </>
      )}
      {bins?.count === 0 && (
        <p>
          There are no bins yet: <code>brimful register FILE</code> registers them.
        </p>
      )}
    </section>
  );
}

function Room({ bins }: { bins: Bins }) {
  const { query, route } = useLocation();
  const address = useMemo(() => read(query), [query]);
  const [box, setBox] = useState<Box | null>(null);
  const latest = useRef(address);
  latest.current = address;
  const { filter, sort } = address;
  const seen = version.value;

  const go = (change: Partial<Address>, replace = false) => {
    // the map stays on the screen until the next page's program is there, and still comes to rest:
    // its view must not call back who is leaving
    if (!location.pathname.match(/^\/ops\/?$/)) {
      return;
    }
    latest.current = { ...latest.current, ...change };
    route(write(latest.current), replace);
  };
  const change = (part: Partial<Filter>, typing = false) =>
    go({ filter: { ...latest.current.filter, ...part } }, typing);
  const moved = (view: View, shown: Box) => {
    go({ view }, true);
    setBox(shown);
  };

  const inView = filter.within ? box : null;
  const selection = useMemo(
    () => select(bins, filter, inView),
    // levels change in place: `seen` says that they did
    [bins, filterKey(filter), inView, seen],
  );
  const rows = useMemo(() => sorted(bins, selection.rows, sort), [selection, sort]);
  const onMap = useMemo(() => drawn(bins, selection.rows), [selection]);
  const chosen = address.bin === null ? null : (bins.row.get(address.bin) ?? null);
  const open = (row: number) => go({ bin: bins.id[row] as string });

  return (
    <div class="ops-map">
      <h1 class="visually-hidden">Bins</h1>
      <section class="ops-map-side" aria-label="List">
        <Filters bins={bins} filter={filter} onChange={change} />
        <div class="ops-map-head">
          <p class="ops-map-total" role="status">
            {countText(selection.rows.length, bins.count, selection.withoutPosition)}
          </p>
          <label class="ops-map-sort">
            <span class="visually-hidden">Order</span>
            <select
              value={sort}
              onChange={(event) => go({ sort: event.currentTarget.value as Sort })}
            >
              {Object.entries(SORTS).map(([name, text]) => (
                <option key={name} value={name}>
                  {text}
                </option>
              ))}
            </select>
          </label>
        </div>
        {rows.length > 0 ? (
          <BinList bins={bins} rows={rows} chosen={chosen} nowMs={now.value} onOpen={open} />
        ) : (
          <p class="ops-map-none">No bin is like that. “Show all” takes the filters away.</p>
        )}
      </section>
      <section class="ops-map-stage" aria-label="Map" data-drawn={onMap.length}>
        <BinMap
          bins={bins}
          rows={onMap}
          chosen={chosen}
          view={address.view}
          onOpen={open}
          onMoved={moved}
        />
        <Legend selection={selection} filter={filter} onChange={change} />
        {address.bin !== null && (
          <BinCard key={address.bin} binId={address.bin} onClose={() => go({ bin: null })} />
        )}
      </section>
    </div>
  );
}

function filterKey(filter: Filter): string {
  return JSON.stringify(filter);
}
