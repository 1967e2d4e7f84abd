/** How a round looks on the map, in both schemes. */
import type {
  CircleLayerSpecification,
  ExpressionSpecification,
  LineLayerSpecification,
  SymbolLayerSpecification,
} from "maplibre-gl";
import { FONT } from "../../shared/map/layers";
import type { Scheme } from "../../shared/scheme";

export const STOPS = "phone-stops";
export const WAYS = "phone-ways";

const COLOURS = {
  light: {
    accent: "#00594a",
    done: "#7d8a85",
    skipped: "#9c5d00",
    open: "#ffffff",
    text: "#111714",
    on: "#ffffff",
    casing: "#ffffff",
  },
  dark: {
    accent: "#5fd9bd",
    done: "#7d8a85",
    skipped: "#ffc861",
    open: "#24302c",
    text: "#f1f5f3",
    on: "#06251f",
    casing: "#101614",
  },
} as const;

const by = (property: string, cases: Record<string, string | number>, other: string | number) =>
  [
    "match",
    ["get", property],
    ...Object.entries(cases).flat(),
    other,
  ] as unknown as ExpressionSpecification;

export function wayLayersOf(scheme: Scheme): LineLayerSpecification[] {
  const { accent, done, casing } = COLOURS[scheme];
  const layout = { "line-cap": "round", "line-join": "round" } as const;
  return [
    {
      id: `${WAYS}-casing`,
      type: "line",
      source: WAYS,
      layout,
      paint: { "line-color": casing, "line-width": by("when", { next: 12 }, 6) },
    },
    {
      id: `${WAYS}-line`,
      type: "line",
      source: WAYS,
      layout,
      paint: {
        "line-color": by("when", { done }, accent),
        "line-width": by("when", { next: 8 }, 3),
        "line-opacity": by("when", { next: 1, done: 0.6 }, 0.75),
      },
    },
  ];
}

export function stopLayers(scheme: Scheme): [CircleLayerSpecification, SymbolLayerSpecification] {
  const { accent, done, skipped, open, text, on, casing } = COLOURS[scheme];
  return [
    {
      id: `${STOPS}-disc`,
      type: "circle",
      source: STOPS,
      layout: { "circle-sort-key": by("standing", { next: 2, open: 1 }, 0) },
      paint: {
        "circle-radius": by("standing", { next: 19, open: 14 }, 10),
        "circle-color": by("standing", { next: accent, done, skipped }, open),
        "circle-stroke-color": by("standing", { open: accent }, casing),
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: `${STOPS}-number`,
      type: "symbol",
      source: STOPS,
      filter: ["in", ["get", "standing"], ["literal", ["next", "open"]]],
      layout: {
        "text-field": ["get", "label"],
        "text-font": FONT,
        "text-size": by("standing", { next: 17 }, 13),
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": by("standing", { next: on }, text) },
    },
  ];
}
