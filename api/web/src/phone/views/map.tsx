/** The round on the street map: the way ahead, the next stop, what is done. */
import { useSignalEffect } from "@preact/signals";
import type { Map as GlMap } from "maplibre-gl";
import { useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { addOrUpdateGeoJson, fitTo } from "../../shared/map/layers";
import { StreetMap } from "../../shared/map/StreetMap";
import { scheme } from "../../shared/scheme";
import { clock } from "../../shared/words";
import { nameOf } from "../rules/changes";
import { placesAhead, placesOf, stopsOf, waysOf } from "../rules/drawing";
import * as state from "../state/state";
import { wayWords } from "./leg";
import { STOPS, stopLayers, WAYS, wayLayersOf } from "./maplayers";
import { NoRound } from "./next";
import { Title } from "./title";

/** Pixels around a finger that count as hitting a stop. */
const FINGER_PX = 24;

export default function MapPage() {
  const { route } = useLocation();
  const map = useRef<GlMap | null>(null);
  const [whole, setWhole] = useState(false);

  const draw = (gl: GlMap) => {
    const legs = state.round.value?.legs ?? [];
    addOrUpdateGeoJson(gl, WAYS, waysOf(state.views.value, legs), wayLayersOf(scheme.value));
    addOrUpdateGeoJson(gl, STOPS, stopsOf(state.views.value), stopLayers(scheme.value));
  };
  const look = (gl: GlMap, all: boolean, moving: boolean) => {
    const legs = state.round.value?.legs ?? [];
    const places = all ? placesOf(state.views.value, legs) : placesAhead(state.views.value, legs);
    fitTo(gl, places, { padding: 56, maxZoom: 16, moving });
  };
  const ready = (gl: GlMap) => {
    draw(gl);
    if (map.current === gl) {
      return;
    }
    map.current = gl;
    look(gl, whole, false);
    gl.on("click", ({ point: { x, y } }) => {
      const [hit] = gl.queryRenderedFeatures(
        [
          [x - FINGER_PX, y - FINGER_PX],
          [x + FINGER_PX, y + FINGER_PX],
        ],
        { layers: [`${STOPS}-disc`] },
      );
      if (hit) {
        route(`/phone/stop/${hit.properties.stop_id}`);
      }
    });
  };
  useSignalEffect(() => {
    if (state.views.value && map.current?.getSource(STOPS)) {
      draw(map.current);
    }
  });

  const next = state.next.value;
  if (state.round.value === null) {
    return <NoRound />;
  }
  return (
    <section class="phone-map">
      <Title hidden>Map of today's round</Title>
      <StreetMap label="Map of today's round" onReady={ready} />
      <div class="phone-map-next">
        {next && (
          <a class="button phone-button" href={`/phone/stop/${next.stop.stop_id}`}>
            <span>
              <strong>{nameOf(next.stop)}</strong>
              <span class="quiet">
                {[clock(next.stop.arrives_at, state.zone.value), wayWords(next)]
                  .filter(Boolean)
                  .join(", ")}
              </span>
            </span>
          </a>
        )}
        <button
          type="button"
          class="phone-button"
          onClick={() => {
            setWhole(!whole);
            if (map.current) {
              look(map.current, !whole, true);
            }
          }}
        >
          {whole ? "Next stop" : "Whole round"}
        </button>
      </div>
    </section>
  );
}
