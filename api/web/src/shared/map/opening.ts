/** Opens a map in an element: engine, style, controls, and what may go wrong with them. */

import type { GeoJSONSource, Map as GlMap, MapOptions } from "maplibre-gl";
import { type Scheme, scheme } from "../scheme";
import { type Box, graticule } from "./graticule";
import { addOrUpdateGeoJson, FONT, isStill } from "./layers";
import { fetchStyle, groundOf } from "./style";

export interface Listener {
  readonly ready: (map: GlMap) => void;
  /** Why there is no map, in words; null: there is one (again). */
  readonly trouble: (why: string | null) => void;
  /** What people should know of a poor ground. */
  readonly note: (text: string | null) => void;
}

export interface Opened {
  /** Change to the style for a scheme, if it is another. */
  readonly wear: (wanted: Scheme) => void;
  readonly close: () => void;
}

const NO_WEBGL =
  "The map cannot be drawn here: this browser has no WebGL, or it is switched off. " +
  "Everything else on this page works without it.";
const NO_ENGINE = "The map cannot be loaded at the moment. Everything else works without it.";
const LOST = "The map is being drawn anew.";
const GRATICULE = "graticule";
const LINES: Record<Scheme, { line: string; text: string; halo: string }> = {
  light: { line: "#d5dbd6", text: "#545e58", halo: "#f8faf7" },
  dark: { line: "#2a3531", text: "#a6b3ac", halo: "#121917" },
};

/** Open a map, named by its label; what comes of it is told to the listener. */
export function openMap(element: HTMLElement, label: string, tell: Listener): Opened {
  let map: GlMap | null = null;
  let closed = false;
  let worn: Scheme = scheme.value;
  let poor = false;
  let lost = false;

  async function open() {
    const first = worn;
    const [engine, style] = await Promise.all([import("./engine"), fetchStyle(first)]);
    if (closed) {
      return;
    }
    const { bounds } = groundOf(style);
    const options: MapOptions = {
      container: element,
      style,
      attributionControl: false,
      locale: { "Map.Title": label },
      fadeDuration: isStill() ? 0 : 200,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      transformRequest: (url) => ({ url: new URL(url, location.origin).href }),
      ...(bounds ? { bounds, fitBoundsOptions: { padding: 16 } } : {}),
    };
    try {
      map = new engine.GlMap(options);
    } catch {
      tell.trouble(NO_WEBGL);
      return;
    }
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new engine.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new engine.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    map.addControl(new engine.AttributionControl({ compact: false }), "bottom-right");
    // What the engine restores by itself has the page's layers in it, but not those drawn by the
    // page's own programs: the page begins anew with a bare style.
    map.on("style.load", () => lost || dressed(map as GlMap));
    map.on("moveend", () => draw(map as GlMap));
    map.on("webglcontextlost", () => {
      lost = true;
      tell.trouble(LOST);
    });
    map.on("webglcontextrestored", () => {
      tell.trouble(null);
      void dress(worn);
    });
    map.on("error", ({ error }) => console.warn("map:", error?.message ?? error));
    if (worn !== first) {
      void dress(worn);
    }
  }

  function dressed(gl: GlMap) {
    const ground = groundOf({ metadata: gl.getStyle().metadata });
    poor = ground.kind === "plain";
    tell.note(ground.note);
    if (poor) {
      const { line, text, halo } = LINES[worn];
      addOrUpdateGeoJson(gl, GRATICULE, graticule(boxOf(gl)), [
        {
          id: GRATICULE,
          type: "line",
          source: GRATICULE,
          paint: { "line-color": line, "line-width": 1 },
        },
        {
          id: `${GRATICULE}-names`,
          type: "symbol",
          source: GRATICULE,
          layout: {
            "symbol-placement": "line",
            "text-field": ["get", "name"],
            "text-font": FONT,
            "text-size": 11,
          },
          paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 1.5 },
        },
      ]);
    }
    tell.ready(gl);
  }

  function draw(gl: GlMap) {
    gl.getSource<GeoJSONSource>(GRATICULE)?.setData(graticule(boxOf(gl)));
  }

  async function dress(wanted: Scheme) {
    worn = wanted;
    const style = await fetchStyle(wanted);
    if (!closed && worn === wanted) {
      lost = false;
      map?.setStyle(style, { diff: false });
    }
  }

  // A ground that is plain only because nothing answered gets its streets when the network is back.
  const again = () => {
    if (map && poor) {
      void dress(worn);
    }
  };
  addEventListener("online", again);
  open().catch(() => tell.trouble(NO_ENGINE));

  return {
    wear: (wanted) => {
      if (wanted !== worn) {
        void dress(wanted);
      }
    },
    close: () => {
      closed = true;
      removeEventListener("online", again);
      map?.remove();
    },
  };
}

function boxOf(gl: GlMap): Box {
  const [[west, south], [east, north]] = gl.getBounds().toArray();
  return [west, south, east, north];
}
