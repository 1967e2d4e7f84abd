/** The code in an address or a text that was typed or pasted: all of it, or what follows #code=. */
export function codeIn(text: string): string | null {
  const found = /#code=([^&\s]+)/.exec(text)?.[1] ?? text.trim();
  return /^[\w.~-]+$/.test(found) ? found : null;
}
