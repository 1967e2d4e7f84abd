/** Small pictures drawn here; each stands beside its word, so none speaks. */
import type { ComponentChildren } from "preact";

function Icon({ children, turn = 0 }: { children: ComponentChildren; turn?: number }) {
  return (
    <svg class="phone-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <g
        fill="none"
        stroke="currentColor"
        stroke-width="2.4"
        stroke-linecap="round"
        stroke-linejoin="round"
        transform={`rotate(${turn} 12 12)`}
      >
        {children}
      </g>
    </svg>
  );
}

export const Check = () => (
  <Icon>
    <path d="M4 12.5 9.5 18 20 6.5" />
  </Icon>
);
export const Cross = () => (
  <Icon>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
);
export const Undo = () => (
  <Icon>
    <path d="M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H9" />
  </Icon>
);
export const Arrow = ({ turn }: { turn: number }) => (
  <Icon turn={turn}>
    <path d="M12 21V4M5.5 10.5 12 4l6.5 6.5" />
  </Icon>
);
export const Round = () => (
  <Icon>
    <circle cx="12" cy="12" r="7.5" />
  </Icon>
);
export const List = () => (
  <Icon>
    <path d="M4 6.5h16M4 12h16M4 17.5h16" />
  </Icon>
);
export const MapSheet = () => (
  <Icon>
    <path d="M9 4 3.5 6.5v13L9 17l6 3 5.5-2.5v-13L15 7 9 4zM9 4v13M15 7v13" />
  </Icon>
);
export const Person = () => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4 21c.8-4.5 4-6.5 8-6.5s7.2 2 8 6.5" />
  </Icon>
);
export const Flag = () => (
  <Icon>
    <path d="M6 21V4h12l-3 4 3 4H6" />
  </Icon>
);
export const Key = () => (
  <Icon>
    <circle cx="8" cy="15" r="4" />
    <path d="M11 12 20 3M16 7l3 3" />
  </Icon>
);
export const Cup = () => (
  <Icon>
    <path d="M5 8h11v7a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5zM16 10h2a2.5 2.5 0 0 1 0 5h-2M8 4v1M12 4v1" />
  </Icon>
);
export const Scale = () => (
  <Icon>
    <path d="M12 4v16M7 20h10M5 7h14M5 7l-2.5 6h5zM19 7l-2.5 6h5z" />
  </Icon>
);
export const Clock = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5.5l3.5 2" />
  </Icon>
);
