/** The pages of the ops room, in the order of its menu. Each is loaded when it is first opened. */
import type { ComponentType } from "preact";
import type { Role } from "../shared/session";

export interface Page {
  /** Below /ops, as preact-iso matches it. */
  readonly path: string;
  /** The word in the menu; a page without one is reached from another page. */
  readonly menu?: string;
  /** Who may see it; all who may enter the ops room when absent. */
  readonly roles?: readonly Role[];
  readonly load: () => Promise<{ default: ComponentType }>;
}

export const PAGES: readonly Page[] = [
  { path: "/", menu: "Map", load: () => import("./map/page") },
  { path: "/bins/:bin_id", load: () => import("./bin/page") },
  { path: "/today", menu: "Today", load: () => import("./day/today") },
  { path: "/plans/:plan_id", load: () => import("./day/plan-page") },
  { path: "/sensors", menu: "Sensors", load: () => import("./sensors/page") },
  {
    path: "/emptyings",
    menu: "Emptyings",
    roles: ["ops", "viewer"],
    load: () => import("./emptyings/page"),
  },
  {
    path: "/figures",
    menu: "Figures",
    roles: ["ops", "viewer"],
    load: () => import("./figures/page"),
  },
  { path: "/people", menu: "People", roles: ["ops"], load: () => import("./people/page") },
  { path: "/audit", menu: "Audit", roles: ["ops"], load: () => import("./audit/page") },
  { path: "/account", load: () => import("./people/own") },
  { path: "/streets", menu: "Streets", load: () => import("./streets/Streets") },
];
