import { session, signOut } from "../shared/session";

/** Who is signed in, and the way out. */
export function Who() {
  const who = session.value;
  if (who === null) {
    return null;
  }
  return (
    <div class="ops-who">
      <a href="/ops/account">
        {who.name} <span class="quiet">({who.role.replace("_", " ")})</span>
      </a>
      <button type="button" onClick={() => signOut()}>
        Sign out
      </button>
    </div>
  );
}
