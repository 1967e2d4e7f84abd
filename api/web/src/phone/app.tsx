/** The crew's phone: four screens around the next stop. */

import {
  ErrorBoundary,
  LocationProvider,
  lazy,
  Route,
  Router,
  useLocation,
  useRoute,
} from "preact-iso";
import { orSayWhy } from "../shared/NotLoaded";
import "./styles/frame.css";
import "./styles/stop.css";
import "./styles/lists.css";
import "./styles/forms.css";
import "./styles/actions.css";
import { fresh, isWriting, useFresh } from "./state/app";
import * as state from "./state/state";
import { DonePage, SkipPage } from "./views/markpage";
import { MePage } from "./views/me";
import { NextPage } from "./views/next";
import { NoStop } from "./views/nostop";
import { RoundPage } from "./views/round";
import { spoken } from "./views/said";
import { SignInPage } from "./views/signin";
import { StopCard } from "./views/stop";
import { Tabs } from "./views/tabs";
import { Banners, Top } from "./views/top";
import { WaitingPage } from "./views/waiting";

// MapLibre is large, and the first screen does without it; the worker keeps it all the same
const MapPage = lazy(orSayWhy(() => import("./views/map")));

export function App() {
  return (
    <LocationProvider scope="/phone">
      <Frame />
    </LocationProvider>
  );
}

function Frame() {
  if (state.who.value === undefined) {
    return state.trouble.value === null ? null : (
      <main class="phone-main">
        <Banners />
      </main>
    );
  }
  if (state.who.value === null) {
    return (
      <main class="phone-main">
        <Banners />
        <SignInPage />
      </main>
    );
  }
  return (
    <>
      <main class="phone-main">
        <Top />
        <Banners />
        <NewVersion />
        <ErrorBoundary onError={(error) => console.error(error)}>
          <Router>
            <Route path="/phone" component={NextPage} />
            <Route path="/phone/round" component={RoundPage} />
            <Route path="/phone/map" component={MapPage} />
            <Route path="/phone/stop/:id" component={StopPage} />
            <Route path="/phone/stop/:id/skip" component={SkipPage} />
            <Route path="/phone/stop/:id/done" component={DonePage} />
            <Route path="/phone/waiting" component={WaitingPage} />
            <Route path="/phone/me" component={MePage} />
            <Route path="/phone/signin" component={SignInPage} />
            <Route default component={NextPage} />
          </Router>
        </ErrorBoundary>
      </main>
      <Tabs />
      <p class="visually-hidden" aria-live="polite">
        {spoken}
      </p>
    </>
  );
}

function StopPage() {
  const { params } = useRoute();
  const view = state.views.value.find((one) => one.stop.stop_id === params.id);
  return view === undefined ? (
    <NoStop />
  ) : (
    <StopCard view={view} kicker={`Stop ${state.views.value.indexOf(view) + 1}`} />
  );
}

function NewVersion() {
  const { path } = useLocation();
  return (
    <div aria-live="polite">
      {fresh.value && !isWriting(path) && (
        <section class="phone-banner">
          <p>A new version of Brimful is on this phone.</p>
          <button type="button" class="phone-button" onClick={useFresh}>
            Use it now
          </button>
        </section>
      )}
    </div>
  );
}
