/** Rounds on the streets: each vehicle its colour and dash, each stop the shape of its state. */
import type { Map as GlMap } from "maplibre-gl";
import { useEffect, useMemo, useRef } from "preact/hooks";
import "./map.css";
import { api } from "../../shared/api";
import { StreetMap } from "../../shared/map/StreetMap";
import { closedStreets } from "./closed";
import { addClosed, showClosed } from "./closed-layers";
import type { Look } from "./looks";
import {
  bounds,
  lines,
  type Marks,
  NO_MARKS,
  type RoundFeatures,
  stops,
  vehicles,
} from "./map-data";
import { SHAPE_NAMES } from "./map-icons";
import { addLayers, show, standOut } from "./map-layers";
import { useOutcomes } from "./outcomes";
import { type Read, useRead } from "./use-day";

interface Props {
  readonly planId: string;
  /** Its lines are shown faint, below. */
  readonly oldPlanId?: string | null;
  readonly looks: ReadonlyMap<string, Look>;
  /** The text of the streets that are closed for the plan. */
  readonly closed?: string | null;
  readonly marks?: Marks;
  readonly roundId?: string | null;
  readonly onVehicle?: (vehicleId: string) => void;
}

const CLICKABLE = ["day-stops", "day-lines-0", "day-lines-1", "day-lines-2", "day-lines-3"];

export function RoundsMap({ planId, oldPlanId = null, looks, marks = NO_MARKS, ...more }: Props) {
  const { roundId = null, onVehicle, closed = null } = more;
  const streets = useMemo(() => closedStreets(closed ?? ""), [closed]);
  const { data: found, reload } = useFeatures(planId);
  const { data: old } = useFeatures(oldPlanId);
  const outcomes = useOutcomes(planId, reload);
  const map = useRef<GlMap | null>(null);
  const fitted = useRef<string | null>(null);
  const clicked = useRef(onVehicle);
  clicked.current = onVehicle;

  const draw = () => {
    const gl = map.current;
    if (gl === null) {
      return;
    }
    if (old !== null) {
      show(gl, "day-old", lines(old, looks));
    }
    show(gl, "day-here", vehicles(looks, marks));
    standOut(gl, roundId);
    showClosed(gl, streets);
    if (found !== null) {
      show(gl, "day-lines", lines(found, looks));
      show(gl, "day-stops", stops(found, looks, marks, outcomes));
      const box = bounds(found, roundId);
      const wanted = `${planId} ${roundId}`;
      if (box !== null && fitted.current !== wanted) {
        fitted.current = wanted;
        gl.fitBounds(box, { padding: 48, maxZoom: 16, duration: 400 });
      }
    }
  };
  const drawn = useRef(draw);
  drawn.current = draw;
  useEffect(draw, [found, old, looks, marks, outcomes, roundId, streets]);

  const ready = (gl: GlMap) => {
    const first = map.current !== gl;
    map.current = gl;
    addLayers(gl);
    addClosed(gl);
    drawn.current();
    if (first) {
      gl.on("click", (event) => {
        const layers = CLICKABLE.filter((layer) => gl.getLayer(layer));
        const [hit] = gl.queryRenderedFeatures(event.point, { layers });
        if (hit !== undefined) {
          clicked.current?.(String(hit.properties.vehicle_id));
        }
      });
    }
  };
  return (
    <div class="day-map">
      <StreetMap label="Map of the rounds" onReady={ready} class="day-map-streets" />
      <Legend old={oldPlanId !== null} closed={streets.length} />
    </div>
  );
}

function useFeatures(planId: string | null): Read<RoundFeatures> {
  return useRead(planId, async (signal) => {
    const path = { plan_id: planId as string };
    const { data } = await api.GET("/plans/{plan_id}/rounds.geojson", { params: { path }, signal });
    return data as RoundFeatures;
  });
}

function Legend({ old, closed }: { readonly old: boolean; readonly closed: number }) {
  return (
    <ul class="day-legend" aria-label="Shapes on the map">
      {Object.entries(SHAPE_NAMES).map(([shape, name]) => (
        <li key={shape}>
          <svg viewBox="0 0 16 16" aria-hidden="true" class={`day-shape day-shape-${shape}`}>
            <Outline shape={shape} />
          </svg>
          {name}
        </li>
      ))}
      {old && <li>wide and faint: before</li>}
      {closed > 0 && (
        <li>
          <svg viewBox="0 0 16 16" aria-hidden="true" class="day-shape day-closed">
            <path d="M8 1 A7 7 0 1 0 8.01 1 Z M4 8 H12" />
          </svg>
          {closed === 1 ? "a closed street" : `${closed} closed streets`}
        </li>
      )}
    </ul>
  );
}

function Outline({ shape }: { readonly shape: string }) {
  if (shape === "late") {
    return <path d="M8 2 L15 14 L1 14 Z" />;
  }
  if (shape === "disposal") {
    return <path d="M8 1 L15 8 L8 15 L1 8 Z" />;
  }
  if (shape === "skipped") {
    return <path d="M2 2 H14 V14 H2 Z M5 5 L11 11 M11 5 L5 11" />;
  }
  if (shape === "break") {
    return <rect x="1" y="4" width="14" height="8" rx="3" />;
  }
  return <circle cx="8" cy="8" r={shape === "here" ? 7 : 6} />;
}
