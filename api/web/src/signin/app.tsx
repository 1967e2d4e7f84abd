/** The way in. */
export function App() {
  return <main />;
}
