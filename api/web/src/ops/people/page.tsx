/** Who may do what, and where they are signed in: people, crews' phones, tokens. */
import { api, type Schemas } from "../../shared/api";
import { useLoaded } from "../lists/loaded";
import { State } from "../lists/parts";
import { Accounts } from "./accounts";
import { Crews } from "./crews";
import "./people.css";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

export interface People {
  readonly accounts: readonly Schemas["AccountOut"][];
  readonly crews: readonly Schemas["CrewListed"][];
  readonly sessions: readonly Schemas["SessionListed"][];
  readonly tokens: readonly Schemas["TokenListed"][];
}

export default function PeoplePage() {
  const people = useLoaded("people", async (signal): Promise<People> => {
    const [accounts, crews, sessions, tokens] = await Promise.all([
      api.GET("/accounts", { signal }),
      api.GET("/crews", { signal }),
      api.GET("/sessions", { signal }),
      api.GET("/tokens", { signal }),
    ]);
    return {
      accounts: accounts.data?.items ?? [],
      crews: crews.data?.items ?? [],
      sessions: sessions.data?.items ?? [],
      tokens: tokens.data?.items ?? [],
    };
  });
  const { data, reload } = people;
  return (
    <section class="lists people">
      <div class="lists-head">
        <h1>People, phones and programs</h1>
        <button type="button" onClick={reload} disabled={people.busy}>
          Read again
        </button>
      </div>
      <State of={people} empty={null} />
      {data && (
        <>
          <Accounts accounts={data.accounts} reload={reload} />
          <Crews crews={data.crews} sessions={data.sessions} reload={reload} />
          <Sessions sessions={data.sessions} reload={reload} />
          <Tokens tokens={data.tokens} reload={reload} />
        </>
      )}
    </section>
  );
}
