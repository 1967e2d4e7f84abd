/** Which streets are closed for the rest of the day: clicked on a map, or typed; the map shows both. */
import type { Map as GlMap } from "maplibre-gl";
import { useEffect, useRef, useState } from "preact/hooks";
import { fitTo } from "../../shared/map/layers";
import { StreetMap } from "../../shared/map/StreetMap";
import {
  calledStreet,
  closedStreets,
  isJson,
  type Place,
  withoutStreet,
  withStreet,
} from "./closed";
import { addClosed, showClosed } from "./closed-layers";
import { streetAt } from "./street-at";

interface Props {
  readonly text: string;
  readonly change: (text: string) => void;
  /** What the map shows at first. */
  readonly around: readonly Place[];
}

const NONE_HERE = "No street there: zoom in, and click on the street itself.";

export function ClosedStreets({ text, change, around }: Props) {
  const [stretch, setStretch] = useState(false);
  const [begun, setBegun] = useState<Place | null>(null);
  const [said, setSaid] = useState("");
  const streets = closedStreets(text);
  const pick = (gl: GlMap, at: { x: number; y: number }) => {
    const found = streetAt(gl, at);
    if (found === null) {
      setSaid(NONE_HERE);
    } else if (stretch && begun === null) {
      setBegun(found.place);
      setSaid(`From here in ${found.name || "this street"}: now click where it ends.`);
    } else {
      const line = begun === null ? [found.place] : [begun, found.place];
      setBegun(null);
      setSaid(`Closed: ${found.name || "a street without a name"}.`);
      change(withStreet(text, line, found.name));
    }
  };
  const shown =
    begun === null ? streets : [...streets, { ...UNNAMED, line: [begun] as readonly Place[] }];
  return (
    <fieldset>
      <legend>Streets closed for the rest of the day</legend>
      {isJson(text) ? (
        <p class="quiet">What is typed is JSON: the map shows it, and cannot add to it.</p>
      ) : (
        <Ways stretch={stretch} choose={setStretch} />
      )}
      <PickMap streets={shown} around={around} pick={isJson(text) ? null : pick} />
      <p role="status">{said}</p>
      {streets.length > 0 && (
        <ul class="day-chips" aria-label="Closed streets">
          {streets.map((street, index) => (
            <li key={`${index} ${calledStreet(street)}`}>
              <button
                type="button"
                disabled={isJson(text)}
                aria-label={`Not closed: ${index + 1}. ${calledStreet(street)}`}
                onClick={() => change(withoutStreet(text, index))}
              >
                {index + 1}. {calledStreet(street)} ✕
              </button>
            </li>
          ))}
        </ul>
      )}
      <Typed text={text} change={change} />
    </fieldset>
  );
}

const UNNAMED = { wayId: "", note: "", from: "", until: "" };

function Ways({ stretch, choose }: { stretch: boolean; choose: (stretch: boolean) => void }) {
  return (
    <div class="day-ways">
      {[false, true].map((one) => (
        <label key={String(one)} class="day-choice">
          <input
            type="radio"
            name="closed-how"
            checked={stretch === one}
            onChange={() => choose(one)}
          />
          <span>
            {one
              ? "a stretch: click where it begins and where it ends"
              : "one place: click where nobody can pass"}
          </span>
        </label>
      ))}
      <p class="quiet">Closed is closed in both directions.</p>
    </div>
  );
}

interface PickMapProps {
  readonly streets: ReturnType<typeof closedStreets>;
  readonly around: readonly Place[];
  readonly pick: ((gl: GlMap, at: { x: number; y: number }) => void) | null;
}

function PickMap({ streets, around, pick }: PickMapProps) {
  const map = useRef<GlMap | null>(null);
  const picked = useRef(pick);
  picked.current = pick;
  const shown = useRef(streets);
  shown.current = streets;
  useEffect(() => {
    if (map.current !== null) {
      showClosed(map.current, streets, true);
    }
  }, [streets]);
  const ready = (gl: GlMap) => {
    const first = map.current !== gl;
    map.current = gl;
    addClosed(gl);
    showClosed(gl, shown.current, true);
    if (first) {
      const places = shown.current.flatMap((one) => one.line);
      fitTo(gl, places.length > 0 ? places : around, { maxZoom: 16 });
      gl.getCanvas().style.cursor = "crosshair";
      gl.on("click", (event) => picked.current?.(gl, event.point));
    }
  };
  return <StreetMap label="Map of the closed streets" onReady={ready} class="day-closed-map" />;
}

function Typed({ text, change }: Pick<Props, "text" | "change">) {
  return (
    <details>
      <summary>Type them instead</summary>
      <label>
        A line with the names of the columns, then a line for each street: way_id (its number in
        OpenStreetMap), or lon and lat in degrees, or also to_lon and to_lat; note
        <textarea
          rows={3}
          placeholder={"lon,lat,note\n14.4631,35.8921,burst pipe"}
          value={text}
          onInput={(e) => change(e.currentTarget.value)}
        />
      </label>
    </details>
  );
}
