// A decision of an instance says so in its id, so that whoever is asked for it knows where it is explained: `DE_…` is
// the leader's, `DE_….REGION` the instance's of that region.

/** Longer names would not fit the 64 characters of a decision id. */
export const REGION_NAME_MAX = 40;

/** What is put behind the ids of an instance's decisions. */
export const decisionSuffix = (region: string): string => `.${region}`;

/** Undefined: made by the leader. */
export function regionOfDecision(decisionId: string): string | undefined {
  const at = decisionId.indexOf('.');
  return at < 0 ? undefined : decisionId.slice(at + 1);
}
