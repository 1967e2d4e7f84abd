import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from "preact-iso";
import { LiveState } from "../shared/LiveState";
import { orSayWhy } from "../shared/NotLoaded";
import { session } from "../shared/session";
import "./app.css";
import { Entrance, forRoles, OPS_ROLES } from "./entrance";
import { PAGES } from "./pages";
import { Who } from "./who";

const ROUTES = PAGES.map((page) => ({
  path: `/ops${page.path}`,
  page: forRoles(page.roles ?? OPS_ROLES, lazy(orSayWhy(page.load))),
}));

/** The ops room: a menu, and the page the address names. */
export function App() {
  return (
    <LocationProvider scope="/ops">
      <a class="visually-hidden skip" href="#page">
        Skip to the page
      </a>
      <Menu />
      <main id="page" class="ops-page" tabIndex={-1}>
        <Entrance>
          <ErrorBoundary onError={(error) => console.error(error)}>
            <Router>
              {ROUTES.map((route) => (
                <Route key={route.path} path={route.path} component={route.page} />
              ))}
              <Route default component={NoSuchPage} />
            </Router>
          </ErrorBoundary>
        </Entrance>
      </main>
    </LocationProvider>
  );
}

function Menu() {
  const { path } = useLocation();
  const role = session.value?.role;
  const pages = PAGES.filter((page) => role && (page.roles ?? OPS_ROLES).includes(role));
  return (
    <header class="ops-menu">
      <a class="ops-name" href="/ops/">
        Brimful
      </a>
      <nav aria-label="Pages">
        {pages
          .filter((page) => page.menu)
          .map((page) => {
            const href = `/ops${page.path}`;
            const here = path === href || path === href.replace(/\/$/, "");
            return (
              <a key={href} href={href} aria-current={here ? "page" : undefined}>
                {page.menu}
              </a>
            );
          })}
      </nav>
      <LiveState />
      <Who />
    </header>
  );
}

function NoSuchPage() {
  return (
    <section class="ops-text">
      <h1>There is no such page</h1>
      <p>
        <a href="/ops/">Back to the map</a>
      </p>
    </section>
  );
}
