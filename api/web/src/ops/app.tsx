import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from "preact-iso";
import { LiveState } from "../shared/LiveState";
import "./app.css";
import { PAGES } from "./pages";

const ROUTES = PAGES.map((page) => ({ path: `/ops${page.path}`, page: lazy(page.load) }));

/** The ops room: a menu, and the page the address names. */
export function App() {
  return (
    <LocationProvider scope="/ops">
      <a class="visually-hidden skip" href="#page">
        Skip to the page
      </a>
      <Menu />
      <main id="page" class="ops-page" tabIndex={-1}>
        <ErrorBoundary onError={(error) => console.error(error)}>
          <Router>
            {ROUTES.map((route) => (
              <Route key={route.path} path={route.path} component={route.page} />
            ))}
            <Route default component={NoSuchPage} />
          </Router>
        </ErrorBoundary>
      </main>
    </LocationProvider>
  );
}

function Menu() {
  const { path } = useLocation();
  return (
    <header class="ops-menu">
      <a class="ops-name" href="/ops/">
        Brimful
      </a>
      <nav aria-label="Pages">
        {PAGES.filter((page) => page.menu).map((page) => {
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
