// The id of a decision shows which process made it and can explain it: `DE_…` the leader, `DE_….REGION` the instance of
// that region.

export const decisionSuffix = (region: string): string => `.${region}`;

/** Returns undefined for a decision of the leader. */
export function regionOfDecision(decisionId: string): string | undefined {
  const at = decisionId.indexOf('.');
  return at < 0 ? undefined : decisionId.slice(at + 1);
}
