import { useSignal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { loadSession, type Role, session } from "../shared/session";

const AGAIN_MS = 5000;
export const OPS_ROLES: readonly Role[] = ["ops", "viewer", "device_admin"];

/** Shows its children once it is known who is signed in; nobody is led to the page for that. */
export function Entrance({ children }: { children: ComponentChildren }) {
  const failed = useSignal<string | null>(null);
  useEffect(() => {
    let timer = 0;
    const ask = () =>
      loadSession().catch((error: Error) => {
        failed.value = error.message;
        timer = window.setTimeout(ask, AGAIN_MS);
      });
    ask();
    return () => window.clearTimeout(timer);
  }, [failed]);
  if (session.value !== null) {
    return <>{children}</>;
  }
  return failed.value === null ? (
    <p class="ops-text quiet">Asking who you are ...</p>
  ) : (
    <section class="ops-text" role="alert">
      <h1>The server does not answer</h1>
      <p>{failed.value}</p>
      <p>It is asked again every few seconds, and this page comes back by itself.</p>
    </section>
  );
}

/** A page for those of these roles; others are told. */
export function forRoles(
  roles: readonly Role[],
  Shown: ComponentType,
): ComponentType<{ path?: string }> {
  return function ForRoles() {
    const role = session.value?.role;
    return role !== undefined && roles.includes(role) ? (
      <Shown />
    ) : (
      <section class="ops-text">
        <h1>This page is not for you</h1>
        <p>
          It needs role {roles.map((one) => one.replace("_", " ")).join(" or ")}; you are signed in
          as {role?.replace("_", " ")}.{" "}
          {role === "crew" ? <a href="/phone/">Your round is on the phone's page.</a> : null}
        </p>
      </section>
    );
  };
}
