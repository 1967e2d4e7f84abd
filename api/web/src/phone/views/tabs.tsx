import { useLocation } from "preact-iso";
import { Flag, List, MapSheet, Person } from "./icons";

const TABS = [
  { path: "/phone/", word: "Next", icon: Flag },
  { path: "/phone/round", word: "Round", icon: List },
  { path: "/phone/map", word: "Map", icon: MapSheet },
  { path: "/phone/me", word: "Me", icon: Person },
] as const;

/** The four screens, where a thumb reaches them. */
export function Tabs() {
  const { path } = useLocation();
  return (
    <nav class="phone-tabs" aria-label="Screens">
      {TABS.map(({ path: href, word, icon: Icon }) => (
        <a
          key={href}
          href={href}
          aria-current={path === href || path === href.replace(/\/$/, "") ? "page" : undefined}
        >
          <Icon />
          {word}
        </a>
      ))}
    </nav>
  );
}
