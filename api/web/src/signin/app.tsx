import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, type Schemas } from "../shared/api";
import { safeNext } from "../shared/next";
import { loadSession, type Session, session, signOut } from "../shared/session";
import "./app.css";
import { PasswordForm } from "./form";
import { refused } from "./refused";

/** The way in. */
export function App() {
  const ways = useSignal<Schemas["WaysIn"] | null>(null);
  const failed = useSignal<string | null>(null);
  useEffect(() => {
    const ask = async () => {
      await loadSession();
      ways.value = (await api.GET("/session/ways")).data ?? null;
    };
    ask().catch((error: Error) => {
      failed.value = error.message;
    });
  }, [ways, failed]);
  const refusal = refused(new URLSearchParams(location.search).get("refused"));
  return (
    <main class="signin">
      <h1>Brimful</h1>
      {failed.value !== null && <p role="alert">{failed.value}</p>}
      {session.value !== null && <SignedIn session={session.value} />}
      {ways.value?.has_accounts === false && ways.value.identity_provider === null && (
        <NoAccounts />
      )}
      {refusal !== null && <p role="alert">{refusal}</p>}
      {ways.value?.identity_provider && <ByProvider name={ways.value.identity_provider} />}
      {ways.value?.has_accounts === true && <PasswordForm onSignedIn={goOn} />}
      <p class="quiet">
        Crews sign in with the link or the QR code that operations hands out: open it on the phone.
      </p>
    </main>
  );
}

function SignedIn({ session }: { session: Session }) {
  return (
    <section class="signin-card" aria-label="Signed in">
      <p>
        You are signed in as <strong>{session.name}</strong> ({session.role.replace("_", " ")}).
      </p>
      <div class="signin-row">
        <a class="button primary" href={home(session)}>
          Go on
        </a>
        <button type="button" onClick={() => signOut()}>
          Sign out
        </button>
      </div>
    </section>
  );
}

function NoAccounts() {
  return (
    <section class="signin-card">
      <h2>Nobody has an account yet</h2>
      <p>Make the first one on the server, and reload this page:</p>
      <pre>brimful user add --role ops</pre>
    </section>
  );
}

/** Leads to the identity provider and back to the page one came for. */
function ByProvider({ name }: { name: string }) {
  const next = safeNext(new URLSearchParams(location.search).get("next"));
  const query = next === null ? "" : `?next=${encodeURIComponent(next)}`;
  return (
    <a class="button primary signin-provider" href={`/session/oidc${query}`}>
      Sign in with {name}
    </a>
  );
}

function home(session: Session): string {
  return session.role === "crew" ? "/phone/" : "/ops/";
}

function goOn(session: Session): void {
  const next = safeNext(new URLSearchParams(location.search).get("next"));
  location.assign(next ?? home(session));
}
