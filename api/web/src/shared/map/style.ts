/** The style of the base map: what the server says, or a plain ground where it cannot be reached. */

import type { StyleSpecification } from "maplibre-gl";
import { api } from "../api";
import type { Scheme } from "../scheme";

/** What is known of the ground; GET /map/info says the same. */
export interface GroundInfo {
  readonly kind: "streets" | "tiles" | "plain";
  readonly note: string | null;
  readonly bounds: [number, number, number, number] | null;
}

const GROUND: Record<Scheme, string> = { light: "#f1f3f0", dark: "#151c1a" };

/** A ground without streets, for when the server does not answer and nothing was kept. */
export function plain(scheme: Scheme, note: string): StyleSpecification {
  return {
    version: 8,
    name: `plain, ${scheme}`,
    metadata: { "brimful:kind": "plain", "brimful:note": note, "brimful:bounds": null },
    sources: {},
    layers: [{ id: "ground", type: "background", paint: { "background-color": GROUND[scheme] } }],
  };
}

/** What a style says of its ground. */
export function groundOf(style: Pick<StyleSpecification, "metadata">): GroundInfo {
  const told = (style.metadata ?? {}) as Record<string, unknown>;
  const kind = told["brimful:kind"];
  return {
    kind: kind === "streets" || kind === "tiles" ? kind : "plain",
    note: (told["brimful:note"] as string | null | undefined) ?? null,
    bounds: (told["brimful:bounds"] as GroundInfo["bounds"] | undefined) ?? null,
  };
}

/** Ask for the style; never fails. */
export async function fetchStyle(scheme: Scheme): Promise<StyleSpecification> {
  try {
    const { data } = await api.GET("/map/style.json", { params: { query: { scheme } } });
    if (data !== undefined) {
      return data as unknown as StyleSpecification;
    }
  } catch {
    // said below
  }
  return plain(scheme, "The streets cannot be loaded at the moment.");
}
