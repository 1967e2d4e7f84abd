import { words } from "../../shared/words";
import type { Bins } from "./columns";
import { isOver, kindOf, stepOf } from "./looks";
import { fillText, remarks, trustText } from "./say";
import { ShapeIcon } from "./shape";

interface RowProps {
  readonly id: string;
  readonly bins: Bins;
  readonly row: number;
  readonly nowMs: number;
  readonly place: number;
  readonly count: number;
  readonly top: number;
  readonly height: number;
  readonly active: boolean;
  readonly chosen: boolean;
  readonly onOpen: () => void;
}

/** A bin in the list: two lines. */
export function BinRow(props: RowProps) {
  const { id, bins, row, nowMs, place, count, top, height, active, chosen, onOpen } = props;
  const fill = bins.fill[row] as number;
  const classes = ["ops-map-row"];
  if (active) {
    classes.push("ops-map-row-active");
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself takes the keys, for its active option
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the list, aria-activedescendant moves
    <div
      id={id}
      class={classes.join(" ")}
      role="option"
      title={bins.id[row]}
      aria-selected={chosen}
      aria-setsize={count}
      aria-posinset={place + 1}
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
      onClick={onOpen}
    >
      <ShapeIcon kind={kindOf(bins, row)} step={stepOf(fill)} />
      <span class="ops-map-name">{bins.name[row]}</span>
      <span class={isOver(bins, row) ? "ops-map-fill ops-map-over" : "ops-map-fill"}>
        {fillText(fill)}
      </span>
      <span class="ops-map-more">
        {[
          words(bins.streams[bins.stream[row] as number] ?? ""),
          trustText(bins, row, nowMs),
          ...remarks(bins, row),
        ].join(" · ")}
      </span>
    </div>
  );
}
