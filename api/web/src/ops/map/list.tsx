import { useEffect, useRef, useState } from "preact/hooks";
import type { Bins } from "./columns";
import { BinRow } from "./row";
import { windowOf } from "./window";

interface ListProps {
  readonly bins: Bins;
  /** In the order in which they are shown. */
  readonly rows: Uint32Array;
  readonly chosen: number | null;
  readonly nowMs: number;
  readonly onOpen: (row: number) => void;
}

const KEYS: Record<string, (at: number, page: number, last: number) => number> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, page) => at + page,
  PageUp: (at, page) => at - page,
  Home: () => 0,
  End: (_, __, last) => last,
};

/** The selection as a list; only what can be seen of it is on the page. */
export function BinList({ bins, rows, chosen, nowMs, onOpen }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [size, setSize] = useState({ height: 600, row: 60 });
  // the row that keys move from: a bin, not a place in the order, so that it stays itself
  const [active, setActive] = useState<number | null>(null);
  const at = active === null ? -1 : rows.indexOf(active);
  const last = rows.length - 1;

  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setSize({ height: element.clientHeight, row: Math.round(ROW_REM * rem) });
    };
    const watching = new ResizeObserver(measure);
    watching.observe(element);
    measure();
    return () => watching.disconnect();
  }, []);

  const show = (place: number) => {
    const element = box.current as HTMLDivElement;
    const begins = place * size.row;
    if (begins < element.scrollTop) {
      element.scrollTop = begins;
    } else if (begins + size.row > element.scrollTop + element.clientHeight) {
      element.scrollTop = begins + size.row - element.clientHeight;
    }
    setTop(element.scrollTop);
  };
  useEffect(() => {
    if (chosen !== null && rows.includes(chosen)) {
      setActive(chosen);
      show(rows.indexOf(chosen));
    }
    // only when another bin is chosen: not with each new order
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      onOpen(active as number);
      return;
    }
    const move = KEYS[event.key];
    if (move === undefined || last < 0) {
      return;
    }
    event.preventDefault();
    const page = Math.max(1, Math.floor(size.height / size.row) - 1);
    const place = Math.min(last, Math.max(0, move(at, page, last)));
    setActive(rows[place] as number);
    show(place);
  };

  const seen = windowOf({ top, height: size.height, row: size.row, count: rows.length });
  const places = Array.from({ length: seen.end - seen.begin }, (_, n) => seen.begin + n);
  if (at >= 0 && !places.includes(at)) {
    // what aria-activedescendant names has to be there
    places.push(at);
  }
  return (
    <div
      class="ops-map-list"
      role="listbox"
      aria-label="Bins; Enter opens one"
      tabIndex={0}
      ref={box}
      aria-activedescendant={at >= 0 ? optionId(active as number) : undefined}
      onKeyDown={onKeyDown}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div
        class="ops-map-rows"
        role="presentation"
        style={{ height: `${rows.length * size.row}px` }}
      >
        {places.map((place) => {
          const row = rows[place] as number;
          return (
            <BinRow
              key={bins.id[row]}
              id={optionId(row)}
              bins={bins}
              row={row}
              nowMs={nowMs}
              place={place}
              count={rows.length}
              top={place * size.row}
              height={size.row}
              active={row === active}
              chosen={row === chosen}
              onOpen={() => {
                setActive(row);
                onOpen(row);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

/** How high a row is; the text of two lines fits, however large it is set. */
const ROW_REM = 3.75;

function optionId(row: number): string {
  return `ops-map-bin-${row}`;
}
