/** Levels as pictures: the shape says how far a level is trusted, the colour how full the bin is. */

import type { ExpressionSpecification, Map as GlMap } from "maplibre-gl";
import { colour, NO_LEVEL_COLOUR, SHAPES, STEPS, type Trust } from "../levels";

const SIZE = 20;
/** Pixels of the picture for one of the screen, so that it is sharp everywhere. */
const SHARP = 2;
const EDGE: Record<"light" | "dark", string> = { light: "#ffffff", dark: "#0c1110" };

/** The name of the picture for a level: "level-ring-2"; the number is the step of fill. */
export function shapeName(fillPct: number | null, trust: Trust): string {
  const step = STEPS.findLastIndex((one) => fillPct !== null && fillPct >= one.from);
  return `level-${SHAPES[trust].shape}-${fillPct === null ? "none" : Math.max(0, step)}`;
}

/**
 * The picture of a feature from two of its properties, for `icon-image`: `fill` (percent, absent or
 * null where nothing is known) and `trust`.
 */
export function shapeExpression(fill = "fill_pct", trust = "trust"): ExpressionSpecification {
  const steps = STEPS.slice(1).flatMap((one, n) => [one.from, String(n + 1)]);
  const trusts = (Object.keys(SHAPES) as Trust[]).flatMap((one) => [one, SHAPES[one].shape]);
  return [
    "concat",
    "level-",
    ["match", ["get", trust], ...trusts, SHAPES.no_level.shape],
    "-",
    [
      "case",
      ["==", ["typeof", ["get", fill]], "number"],
      ["step", ["get", fill], "0", ...steps],
      "none",
    ],
  ] as unknown as ExpressionSpecification;
}

/** Give a map the pictures of all levels; to be called in onReady, before layers that use them. */
export function addShapes(map: GlMap, scheme: "light" | "dark"): void {
  const fills = [null, ...STEPS.map((step) => step.from)];
  for (const trust of Object.keys(SHAPES) as Trust[]) {
    for (const fill of fills) {
      const name = shapeName(fill, trust);
      const picture = drawn(SHAPES[trust].shape, colour(fill) || NO_LEVEL_COLOUR, EDGE[scheme]);
      if (picture && !map.hasImage(name)) {
        map.addImage(name, picture, { pixelRatio: SHARP });
      }
    }
  }
}

type Shape = (typeof SHAPES)[Trust]["shape"];

function drawn(shape: Shape, fill: string, edge: string): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE * SHARP;
  canvas.height = SIZE * SHARP;
  const pen = canvas.getContext("2d");
  if (!pen) {
    return null;
  }
  pen.scale(SHARP, SHARP);
  pen.lineJoin = "round";
  pen.lineCap = "round";
  OUTLINES[shape](pen);
  if (shape === "disc" || shape === "triangle") {
    strokes(pen, edge, 3);
    pen.fillStyle = fill;
    pen.fill();
  } else {
    strokes(pen, edge, 7);
    strokes(pen, fill, 4);
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function strokes(pen: CanvasRenderingContext2D, style: string, width: number): void {
  pen.strokeStyle = style;
  pen.lineWidth = width;
  pen.stroke();
}

const MIDDLE = SIZE / 2;
const OUTLINES: Record<Shape, (pen: CanvasRenderingContext2D) => void> = {
  disc: (pen) => {
    pen.beginPath();
    pen.arc(MIDDLE, MIDDLE, 7, 0, 2 * Math.PI);
  },
  ring: (pen) => {
    pen.beginPath();
    pen.arc(MIDDLE, MIDDLE, 5.5, 0, 2 * Math.PI);
  },
  triangle: (pen) => {
    pen.beginPath();
    pen.moveTo(MIDDLE, 2);
    pen.lineTo(SIZE - 2, SIZE - 3);
    pen.lineTo(2, SIZE - 3);
    pen.closePath();
  },
  cross: (pen) => {
    pen.beginPath();
    pen.moveTo(5, 5);
    pen.lineTo(SIZE - 5, SIZE - 5);
    pen.moveTo(SIZE - 5, 5);
    pen.lineTo(5, SIZE - 5);
  },
};
