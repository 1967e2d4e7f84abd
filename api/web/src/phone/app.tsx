/** The crew's phone. */
export function App() {
  return <main />;
}
