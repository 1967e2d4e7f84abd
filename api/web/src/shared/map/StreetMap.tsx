/** The map every page stands on: streets below, and whatever the page puts on them. */

import { useSignalEffect } from "@preact/signals";
import type { Map as GlMap } from "maplibre-gl";
import { useEffect, useRef, useState } from "preact/hooks";
import { scheme } from "../scheme";
import "./map.css";
import { type Opened, openMap } from "./opening";

/** The element of a map holds the map itself, for whoever finds it on the page. */
export interface MapElement extends HTMLElement {
  glMap?: GlMap;
}

export interface StreetMapProps {
  /** What the map shows, for people who hear it. */
  readonly label: string;
  /** Called when data and layers can be added: at first, and anew after each change of style. */
  readonly onReady: (map: GlMap) => void;
  readonly class?: string;
}

/** A map; where it cannot be drawn, the sentence that says so. The page has to do without it. */
export function StreetMap({ label, onReady, class: more }: StreetMapProps) {
  const at = useRef<HTMLDivElement>(null);
  const opened = useRef<Opened | null>(null);
  const ready = useRef(onReady);
  ready.current = onReady;
  const [trouble, setTrouble] = useState<string | null>(null);
  const [note, setNote] = useState<string | null>(null);

  useEffect(() => {
    const element = at.current as MapElement;
    const map = openMap(element, label, {
      ready: (gl) => {
        element.glMap = gl;
        ready.current(gl);
      },
      trouble: setTrouble,
      note: setNote,
    });
    opened.current = map;
    return () => {
      delete element.glMap;
      map.close();
    };
  }, []);
  useSignalEffect(() => opened.current?.wear(scheme.value));

  return (
    <div class={`street-map ${more ?? ""}`}>
      <div class="street-map-ground" ref={at} />
      {trouble && (
        <p class="street-map-trouble" role="status">
          {trouble}
        </p>
      )}
      {note && !trouble && <p class="street-map-note">{note}</p>}
    </div>
  );
}
