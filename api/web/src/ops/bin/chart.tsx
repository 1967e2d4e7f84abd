import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { scheme } from "../../shared/scheme";
import { inkOf, optionsOf, type Shown } from "./chartOptions";

interface ChartProps extends Shown {
  /** The chart in words. */
  readonly label: string;
}

const ZOOM = 0.5;
const SHIFT = 0.25;

/** Level and forecast over time. Dragging or the buttons look closer. */
export function LevelChart(props: ChartProps) {
  const at = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const { drawn, range, label } = props;
  const worn = scheme.value;

  useEffect(() => {
    const element = at.current as HTMLDivElement;
    const { at: x, trusted, untrusted, low, median, high } = drawn;
    const data: uPlot.AlignedData = [x, trusted, untrusted, low, high, median];
    const made = new uPlot(optionsOf(props, inkOf(element), element.clientWidth), data, element);
    plot.current = made;
    made.setScale("x", { min: range[0], max: range[1] });
    const watching = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: made.height }),
    );
    watching.observe(element);
    return () => {
      watching.disconnect();
      made.destroy();
    };
  }, [drawn, range, worn, props.threshold, props.emptied]);

  const look = (change: (min: number, max: number) => [number, number]) => () => {
    const { min, max } = plot.current?.scales.x ?? {};
    if (typeof min === "number" && typeof max === "number") {
      const [from, to] = change(min, max);
      plot.current?.setScale("x", { min: from, max: to });
    }
  };
  const zoom = (factor: number) =>
    look((min, max) => {
      const half = ((max - min) / 2) * factor;
      const middle = (min + max) / 2;
      return [middle - half, middle + half];
    });
  const shift = (by: number) =>
    look((min, max) => [min + (max - min) * by, max + (max - min) * by]);
  const whole = look(() => [...range]);

  return (
    <>
      <fieldset class="ops-bin-look">
        <legend class="visually-hidden">Look closer</legend>
        <button type="button" onClick={zoom(ZOOM)}>
          Closer
        </button>
        <button type="button" onClick={zoom(1 / ZOOM)}>
          Further
        </button>
        <button type="button" onClick={shift(-SHIFT)}>
          Earlier
        </button>
        <button type="button" onClick={shift(SHIFT)}>
          Later
        </button>
        <button type="button" onClick={whole}>
          All of it
        </button>
      </fieldset>
      <div class="ops-bin-chart" role="img" aria-label={label} ref={at} />
    </>
  );
}
