/** The pictures of all shapes in all colours, on one canvas: a row for each colour. */

import type { Scheme } from "../../shared/scheme";
import { COLOURS, KINDS, type Shape } from "./looks";

/** Of a cell, in pixels; a third more than the shape, so that neighbours do not bleed. */
export const CELL = 64;
/** The column behind the shapes: what lies around the bin that is chosen. */
export const CHOSEN = KINDS.length;
export const COLUMNS = KINDS.length + 1;

// Each shape has an edge against the ground, and a thin one of the ground against its neighbours.
const EDGES: Record<Scheme, { ink: string; ground: string }> = {
  light: { ink: "#15201c", ground: "#ffffff" },
  dark: { ink: "#f1f5f3", ground: "#101614" },
};

/** Draw the pictures; null where there is no canvas. */
export function atlas(scheme: Scheme): HTMLCanvasElement | null {
  const canvas = document.createElement("canvas");
  canvas.width = CELL * COLUMNS;
  canvas.height = CELL * COLOURS.length;
  const pen = canvas.getContext("2d");
  if (pen === null) {
    return null;
  }
  const edge = EDGES[scheme];
  pen.lineJoin = "round";
  pen.lineCap = "round";
  COLOURS.forEach((colour, row) => {
    for (let column = 0; column < COLUMNS; column++) {
      pen.save();
      pen.translate((column + 0.5) * CELL, (row + 0.5) * CELL);
      const kind = KINDS[column];
      if (kind === undefined) {
        halo(pen, edge);
      } else {
        PENS[kind.shape](pen, colour, edge);
      }
      pen.restore();
    }
  });
  return canvas;
}

type Pen = CanvasRenderingContext2D;
type Edge = (typeof EDGES)[Scheme];

const HALF = CELL / 2 - 10;
const PENS: Record<Shape, (pen: Pen, colour: string, edge: Edge) => void> = {
  disc: (pen, colour, edge) => solid(pen, circle(HALF), colour, edge),
  triangle: (pen, colour, edge) => solid(pen, triangle(HALF + 3), colour, edge),
  square: (pen, colour, edge) => solid(pen, square(HALF - 2), colour, edge),
  ring: (pen, colour, edge) => lines(pen, circle(HALF - 5), colour, edge),
  cross: (pen, colour, edge) => lines(pen, cross(HALF - 5), colour, edge),
};

function solid(pen: Pen, path: Path2D, colour: string, edge: Edge): void {
  stroke(pen, path, edge.ground, 9);
  stroke(pen, path, edge.ink, 5);
  pen.fillStyle = colour;
  pen.fill(path);
}

function lines(pen: Pen, path: Path2D, colour: string, edge: Edge): void {
  stroke(pen, path, edge.ground, 20);
  stroke(pen, path, edge.ink, 17);
  stroke(pen, path, colour, 11);
}

function halo(pen: Pen, edge: Edge): void {
  stroke(pen, circle(CELL / 2 - 6), edge.ground, 8);
  stroke(pen, circle(CELL / 2 - 6), edge.ink, 4);
}

function stroke(pen: Pen, path: Path2D, style: string, width: number): void {
  pen.strokeStyle = style;
  pen.lineWidth = width;
  pen.stroke(path);
}

function circle(radius: number): Path2D {
  const path = new Path2D();
  path.arc(0, 0, radius, 0, 2 * Math.PI);
  return path;
}

function triangle(half: number): Path2D {
  return new Path2D(`M0 ${-half}L${half} ${half * 0.8}L${-half} ${half * 0.8}Z`);
}

function square(half: number): Path2D {
  return new Path2D(`M${-half} ${-half}H${half}V${half}H${-half}Z`);
}

function cross(half: number): Path2D {
  return new Path2D(`M${-half} ${-half}L${half} ${half}M${half} ${-half}L${-half} ${half}`);
}
