import { useSignalEffect } from "@preact/signals";
import type { Map as GlMap } from "maplibre-gl";
import { useEffect, useRef } from "preact/hooks";
import { StreetMap } from "../../shared/map/StreetMap";
import { scheme } from "../../shared/scheme";
import type { Bins } from "./columns";
import type { View } from "./filter";
import { BinLayer, LAYER } from "./layer";
import { boxOf } from "./mercator";
import { nearest } from "./picking";
import type { Box } from "./select";
import { changed, version } from "./store";

interface BinMapProps {
  readonly bins: Bins;
  /** In the order in which they are drawn, all with a position. */
  readonly rows: Uint32Array;
  readonly chosen: number | null;
  readonly view: View | null;
  readonly onOpen: (row: number) => void;
  readonly onMoved: (view: View, box: Box) => void;
}

/** A finger is wider than a pointer. */
const REACH = 18;

/** The bins on the streets. */
export function BinMap({ bins, rows, chosen, view, onOpen, onMoved }: BinMapProps) {
  const map = useRef<GlMap | null>(null);
  const layer = useRef<BinLayer | null>(null);
  const now = useRef({ bins, rows, chosen, view, onOpen, onMoved });
  now.current = { bins, rows, chosen, view, onOpen, onMoved };

  const draw = (gl: GlMap) => {
    if (gl.getLayer(LAYER)) {
      gl.removeLayer(LAYER);
    }
    layer.current = new BinLayer(now.current.bins, scheme.peek());
    layer.current.show(now.current.rows);
    layer.current.choose(now.current.chosen);
    gl.addLayer(layer.current);
  };

  const onReady = (gl: GlMap) => {
    if (map.current !== gl) {
      map.current = gl;
      begin(gl, now.current.bins, now.current.view);
      gl.on("moveend", () => now.current.onMoved(viewOf(gl), boxShown(gl)));
      gl.on("click", (event) => openAt(event.point.x, event.point.y));
      gl.on("mousemove", (event) => {
        const over = at(event.point.x, event.point.y);
        gl.getCanvas().style.cursor = over === null ? "" : "pointer";
        gl.getCanvas().title = over === null ? "" : (now.current.bins.name[over] as string);
      });
      gl.getCanvas().addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          const { clientWidth, clientHeight } = gl.getCanvas();
          openAt(clientWidth / 2, clientHeight / 2, clientWidth);
        }
      });
      now.current.onMoved(viewOf(gl), boxShown(gl));
    }
    draw(gl);
  };

  const at = (x: number, y: number, reach = REACH) => {
    const gl = map.current as GlMap;
    const [[west, south], [east, north]] = gl.getBounds().toArray();
    const project = (lon: number, lat: number) => gl.project([lon, lat]);
    const box: Box = [west, south, east, north];
    if (reach > REACH) {
      return nearest(now.current.bins, now.current.rows, box, project, { x, y }, reach);
    }
    const corner = gl.unproject([x - reach, y + reach]);
    const other = gl.unproject([x + reach, y - reach]);
    return nearest(
      now.current.bins,
      now.current.rows,
      [corner.lng, corner.lat, other.lng, other.lat],
      project,
      { x, y },
      reach,
    );
  };
  const openAt = (x: number, y: number, reach?: number) => {
    const row = at(x, y, reach);
    if (row !== null) {
      now.current.onOpen(row);
    }
  };

  // other bins than before: everything is drawn anew
  useEffect(() => {
    if (map.current?.isStyleLoaded()) {
      draw(map.current);
    }
  }, [bins]);
  useEffect(() => layer.current?.show(rows), [rows]);
  useEffect(() => {
    layer.current?.choose(chosen);
    bringIntoView(map.current, bins, chosen);
  }, [chosen]);
  useSignalEffect(() => {
    version.value;
    layer.current?.refresh(changed.peek());
  });

  return (
    <StreetMap
      class="ops-map-ground"
      label="Map of the bins; Enter opens the one nearest to the middle"
      onReady={onReady}
    />
  );
}

function begin(gl: GlMap, bins: Bins, view: View | null): void {
  const box = boxOf(bins);
  if (view !== null) {
    gl.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  } else if (box !== null) {
    gl.fitBounds([...box], { padding: 40, maxZoom: 15, animate: false });
  }
}

function bringIntoView(gl: GlMap | null, bins: Bins, row: number | null): void {
  const place: [number, number] = [bins.lon[row ?? -1] ?? Number.NaN, bins.lat[row ?? -1] ?? 0];
  if (gl !== null && !Number.isNaN(place[0]) && !gl.getBounds().contains(place)) {
    gl.easeTo({ center: place });
  }
}

function viewOf(gl: GlMap): View {
  const { lng, lat } = gl.getCenter();
  return { lon: lng, lat, zoom: gl.getZoom() };
}

function boxShown(gl: GlMap): Box {
  const [[west, south], [east, north]] = gl.getBounds().toArray();
  return [west, south, east, north];
}
