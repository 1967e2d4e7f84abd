import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

let isFirst = true;

/** The title of a screen. When the screen changes, reading and the keyboard go on at it. */
export function Title({ children, hidden }: { children: ComponentChildren; hidden?: boolean }) {
  const at = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) {
      at.current?.closest("main")?.scrollTo(0, 0);
      at.current?.focus({ preventScroll: true });
    }
    isFirst = false;
  }, []);
  return (
    <h1 ref={at} tabIndex={-1} class={hidden ? "visually-hidden" : undefined}>
      {children}
    </h1>
  );
}
