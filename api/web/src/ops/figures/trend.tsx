/** A small line of the last weeks; told in words for whoever does not see it. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { scheme } from "../../shared/scheme";
import type { Figures } from "./page";
import { type Figure, told } from "./told";

const WIDTH = 170;
const HEIGHT = 44;

export function Trend({ figure, weeks }: { figure: Figure; weeks: Figures["trend_weeks"] }) {
  const place = useRef<HTMLDivElement>(null);
  const known = figure.trend.filter((value) => value !== null);
  const enough = known.length > 1;
  const now = scheme.value;
  useEffect(() => {
    const at = place.current;
    if (at === null || !enough) {
      return undefined;
    }
    const colour = getComputedStyle(at).color;
    const plot = new uPlot(
      {
        width: WIDTH,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        select: { show: false, left: 0, top: 0, width: 0, height: 0 },
        scales: { x: { time: false } },
        axes: [{ show: false }, { show: false }],
        series: [
          {},
          {
            stroke: colour,
            width: 2,
            spanGaps: false,
            points: { show: true, size: 4, fill: colour },
          },
        ],
      },
      [weeks.map((_, n) => n), figure.trend],
      at,
    );
    return () => plot.destroy();
  }, [JSON.stringify(figure.trend), enough, now]);
  if (!enough) {
    return <span class="quiet">{known.length === 0 ? "not known" : "one week known"}</span>;
  }
  const said = figure.trend.map((value, n) => `from ${weeks[n]}: ${told(value, figure)}`);
  return (
    <>
      <div ref={place} class="figures-trend" aria-hidden="true" />
      <span class="visually-hidden">{said.join("; ")}</span>
    </>
  );
}
