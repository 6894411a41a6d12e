// The centre's plan of a room (scheduler/src/administration/room-plan.ts). Parts with an unexpected shape are left out.

export interface RoomPlan {
  readonly lines: readonly string[];
  readonly nodeIds: readonly string[];
  /** Regions that the room may use; empty for anywhere. */
  readonly regions: readonly string[];
  readonly sessions: ReadonlyMap<string, number>;
  /** `via`: host that relays; '' for a direct path; undefined if the nodes cannot reach each other. */
  readonly paths: readonly { readonly a: string; readonly b: string; readonly via: string | undefined }[];
}

export function roomPlanFrom(json: unknown): RoomPlan {
  const plan = objectOf(json);
  const members = listOf(plan['members']).map(objectOf);
  const sessions = new Map<string, number>();
  for (const { nodeId } of members)
    if (typeof nodeId === 'string') sessions.set(nodeId, (sessions.get(nodeId) ?? 0) + 1);
  const paths = listOf(plan['paths']).map(objectOf);
  return {
    lines: listOf(plan['words']).filter(isText),
    nodeIds: listOf(plan['nodeIds']).filter(isText),
    regions: listOf(plan['regions']).filter(isText),
    sessions,
    paths: paths.flatMap(({ a, b, via }) =>
      isText(a) && isText(b) ? [{ a, b, via: isText(via) ? via : undefined }] : [],
    ),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
