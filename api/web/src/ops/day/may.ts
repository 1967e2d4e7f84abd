import { session } from "../../shared/session";

/** Whether whoever looks may also change something; the server decides in any case. */
export function mayChange(): boolean {
  return session.value?.role === "ops";
}
