/** How the chart of a bin looks. */

import type uPlot from "uplot";
import type { Drawn } from "./figures";

export interface Shown {
  readonly drawn: Drawn;
  /** From and to, in seconds since 1970. */
  readonly range: readonly [number, number];
  readonly threshold: number;
  /** When the bin was emptied, in seconds since 1970. */
  readonly emptied: readonly number[];
  readonly timeZone: string | undefined;
}

export interface Ink {
  readonly text: string;
  readonly line: string;
  readonly level: string;
  readonly doubt: string;
  readonly ahead: string;
  readonly limit: string;
  readonly band: string;
}

const HEIGHT = 320;

/** The colours of the page as they are now; canvases know no variables. */
export function inkOf(element: HTMLElement): Ink {
  const probe = element.appendChild(document.createElement("i"));
  const read = (value: string) => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const ink = {
    text: read("var(--text)"),
    line: read("var(--line)"),
    level: read("var(--accent)"),
    doubt: read("var(--danger)"),
    ahead: read("var(--focus)"),
    limit: read("var(--warn)"),
    band: read("color-mix(in srgb, var(--focus) 22%, transparent)"),
  };
  probe.remove();
  return ink;
}

export function optionsOf(shown: Shown, ink: Ink, width: number): uPlot.Options {
  const percent = (_: uPlot, value: number | null) =>
    value === null ? "" : `${Math.round(value)} %`;
  const axis = { stroke: ink.text, grid: { stroke: ink.line, width: 1 }, ticks: { show: false } };
  const zone = shown.timeZone;
  return {
    width,
    height: HEIGHT,
    cursor: { drag: { x: true, y: false } },
    legend: { live: true },
    ...(zone === undefined ? {} : { tzDate: (seconds) => inZone(seconds, zone) }),
    scales: { y: { range: [0, 105] } },
    axes: [
      {
        ...axis,
        space: 90,
        values: (_, moments, __, ___, step) => moments.map((at) => momentText(at, step, zone)),
      },
      { ...axis, size: 60, values: (_, values) => values.map((one) => `${one} %`) },
    ],
    series: [
      { label: "Time", value: (_, at) => (at === null ? "" : momentText(at, 1, zone)) },
      {
        label: "level",
        stroke: ink.level,
        width: 2,
        spanGaps: true,
        value: percent,
        points: { show: false },
      },
      {
        label: "not believed",
        stroke: ink.doubt,
        paths: () => null,
        points: { show: true, size: 9, width: 2, fill: "transparent" },
        value: percent,
      },
      { label: "10 %", stroke: ink.band, spanGaps: true, value: percent, points: { show: false } },
      { label: "90 %", stroke: ink.band, spanGaps: true, value: percent, points: { show: false } },
      {
        label: "forecast",
        stroke: ink.ahead,
        width: 2,
        dash: [6, 4],
        spanGaps: true,
        value: percent,
        points: { show: false },
      },
    ],
    bands: [{ series: [4, 3], fill: ink.band }],
    hooks: { draw: [(plot) => marks(plot, shown, ink)] },
  };
}

/** The threshold as a line, emptyings as marks below it, and where now is. */
function marks(plot: uPlot, { threshold, emptied }: Shown, ink: Ink): void {
  const { ctx, bbox } = plot;
  const dot = devicePixelRatio;
  const upright = (at: number, style: string, dash: number[]) => {
    const x = plot.valToPos(at, "x", true);
    if (x >= bbox.left && x <= bbox.left + bbox.width) {
      stroke(ctx, style, dash, [x, bbox.top, x, bbox.top + bbox.height]);
    }
    return x;
  };
  ctx.save();
  ctx.lineWidth = 1.5 * dot;
  const y = plot.valToPos(threshold, "y", true);
  stroke(ctx, ink.limit, [10 * dot, 5 * dot], [bbox.left, y, bbox.left + bbox.width, y]);
  upright(Date.now() / 1000, ink.text, [2 * dot, 3 * dot]);
  for (const at of emptied) {
    const x = upright(at, ink.line, []);
    if (x >= bbox.left && x <= bbox.left + bbox.width) {
      ctx.fillStyle = ink.text;
      ctx.beginPath();
      ctx.moveTo(x - 6 * dot, bbox.top);
      ctx.lineTo(x + 6 * dot, bbox.top);
      ctx.lineTo(x, bbox.top + 10 * dot);
      ctx.fill();
    }
  }
  ctx.restore();
}

function stroke(
  ctx: CanvasRenderingContext2D,
  style: string,
  dash: number[],
  [x, y, toX, toY]: [number, number, number, number],
): void {
  ctx.strokeStyle = style;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}

const DAY_S = 86_400;

/** "2 Mar", and where moments are close together "2 Mar, 07:45". */
function momentText(at: number, step: number, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    ...(step < DAY_S ? { hour: "2-digit", minute: "2-digit" } : {}),
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at * 1000);
}

/** A date whose own fields show the clock of a time zone, as the chart's axis reads them. */
function inZone(seconds: number, timeZone: string): Date {
  return new Date(new Date(seconds * 1000).toLocaleString("en-US", { timeZone }));
}
