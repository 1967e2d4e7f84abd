import { COLOURS, KINDS, type Shape } from "./looks";

const PATHS: Record<Shape, string> = {
  disc: "M10 3a7 7 0 1 1 0 14a7 7 0 1 1 0-14Z",
  ring: "M10 4.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11Z",
  triangle: "M10 2.5L18 16.5H2Z",
  cross: "M4.5 4.5L15.5 15.5M15.5 4.5L4.5 15.5",
  square: "M3.5 3.5H16.5V16.5H3.5Z",
};

/** The picture that stands for a bin on the map, beside words; numbers as in KINDS and COLOURS. */
export function ShapeIcon({ kind, step }: { kind: number; step: number }) {
  const shape = (KINDS[kind] ?? KINDS[0]).shape;
  const colour = COLOURS[step] ?? "currentColor";
  const path = PATHS[shape];
  const isLine = shape === "ring" || shape === "cross";
  return (
    <svg class="ops-map-shape" viewBox="0 0 20 20" aria-hidden="true">
      {isLine ? (
        <>
          <path
            d={path}
            fill="none"
            stroke="currentColor"
            stroke-width="5"
            stroke-linecap="round"
          />
          <path d={path} fill="none" stroke={colour} stroke-width="3" stroke-linecap="round" />
        </>
      ) : (
        <path d={path} fill={colour} stroke="currentColor" stroke-width="1.5" />
      )}
    </svg>
  );
}
