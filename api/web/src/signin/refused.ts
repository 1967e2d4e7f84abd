/** Why the identity provider's word was not enough, as the server's redirect names it. */
const SAID: Record<string, string> = {
  unreachable: "The identity provider does not answer. Try again in a while.",
  denied: "The identity provider did not let you in. Try again, or ask whoever runs it.",
  expired: "That took too long, or was begun in another browser. Try again.",
  invalid: "The identity provider's answer cannot be trusted. Tell whoever runs Brimful.",
  no_role: "You are known, but have no role here. Ask whoever runs the identity provider for one.",
  disabled: "This account is disabled. Ask somebody of role ops.",
};

/** The words for a reason; null: there is none, or nobody knows it. */
export function refused(reason: string | null): string | null {
  return reason === null ? null : (SAID[reason] ?? null);
}
