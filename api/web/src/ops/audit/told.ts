/** A deed as people say it: "plan.replan_requested" is "plan: replan requested". */
export function told(what: string): string {
  const [thing, ...deed] = what.split(".");
  return `${thing}: ${deed.join(" ").replaceAll("_", " ")}`;
}
