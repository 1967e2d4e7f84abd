/** MapLibre, its style sheet and its worker: loaded by the first map, all from our own server. */

import { setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

setWorkerUrl(workerUrl);

export { AttributionControl, Map as GlMap, NavigationControl, ScaleControl } from "maplibre-gl";
