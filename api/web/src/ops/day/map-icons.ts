/** Stops as pictures: the shape says what became of a stop, the colour whose it is. */

import type { Map as GlMap } from "maplibre-gl";
import { COLOURS } from "./looks";

export type Shape = "open" | "done" | "skipped" | "late" | "disposal" | "break" | "here";

export const SHAPE_NAMES: Record<Shape, string> = {
  open: "open",
  done: "done",
  skipped: "skipped",
  late: "late or missed",
  disposal: "disposal site",
  break: "break",
  here: "last seen here",
};

const SHARP = 2;
const SIZE: Record<Shape, number> = {
  open: 22,
  done: 18,
  skipped: 20,
  late: 26,
  disposal: 24,
  break: 20,
  here: 34,
};
const PREFIX = "day-stop";

/** The name of a picture; `text` stands inside it. */
export function iconName(shape: Shape, colour: number, text = ""): string {
  return [PREFIX, shape, colour, text].join(":");
}

/** Draws each picture when the map first asks for it. To be called in onReady. */
export function drawIcons(map: GlMap): void {
  const colours = Array.from({ length: COLOURS }, (_, n) => colourNow(`day-vehicle-${n}`));
  const ground = colourNow("day-ground");
  map.setMissingStyleImageResolver((id) => {
    const [prefix, shape, colour, text] = id.split(":");
    if (prefix === PREFIX && shape && !map.hasImage(id)) {
      const picture = drawn(shape as Shape, colours[Number(colour)] ?? "", ground, text ?? "");
      if (picture !== null) {
        map.addImage(id, picture, { pixelRatio: SHARP });
      }
    }
  });
}

/** The colour that a class gives to text, in the scheme of the moment. */
export function colourNow(name: string): string {
  const probe = document.createElement("span");
  probe.className = name;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function drawn(shape: Shape, colour: string, ground: string, text: string): ImageData | null {
  const size = SIZE[shape] * SHARP;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (pen === null) {
    return null;
  }
  const filled = shape === "done" || shape === "here";
  pen.lineWidth = 2.5 * SHARP;
  pen.strokeStyle = colour;
  pen.fillStyle = filled ? colour : ground;
  outline(pen, shape, size);
  pen.fill();
  pen.stroke();
  const middle = size / 2;
  pen.fillStyle = pen.strokeStyle = filled ? ground : colour;
  if (shape === "here") {
    pen.beginPath();
    pen.arc(middle, middle, size / 6, 0, 7);
    pen.fill();
  } else if (text !== "") {
    pen.font = `bold ${(text.length > 2 ? 8 : 10) * SHARP}px sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, middle, shape === "late" ? size * 0.62 : middle + SHARP / 2);
  } else if (shape === "skipped") {
    cross(pen, size);
  }
  return pen.getImageData(0, 0, size, size);
}

function outline(pen: CanvasRenderingContext2D, shape: Shape, size: number): void {
  const [low, middle, high] = [2 * SHARP, size / 2, size - 2 * SHARP];
  pen.beginPath();
  if (shape === "late") {
    points(pen, [middle, low], [high, high], [low, high]);
  } else if (shape === "disposal") {
    points(pen, [middle, low], [high, middle], [middle, high], [low, middle]);
  } else if (shape === "skipped") {
    pen.rect(low, low, high - low, high - low);
  } else if (shape === "break") {
    pen.roundRect(low, low + 3 * SHARP, high - low, high - low - 6 * SHARP, 4 * SHARP);
  } else {
    pen.arc(middle, middle, middle - low, 0, 7);
  }
  pen.closePath();
}

function points(pen: CanvasRenderingContext2D, ...all: [number, number][]): void {
  for (const [n, [x, y]] of all.entries()) {
    if (n === 0) {
      pen.moveTo(x, y);
    } else {
      pen.lineTo(x, y);
    }
  }
}

function cross(pen: CanvasRenderingContext2D, size: number): void {
  const [near, far] = [size * 0.34, size * 0.66];
  pen.beginPath();
  pen.moveTo(near, near);
  pen.lineTo(far, far);
  pen.moveTo(far, near);
  pen.lineTo(near, far);
  pen.stroke();
}
