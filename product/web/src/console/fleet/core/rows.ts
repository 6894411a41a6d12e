import type { ConsoleNode } from '../../types.ts';

export interface FleetFilter {
  /** Kind of node; '' for any. */
  readonly kind: string;
  readonly region: string;
  readonly state: string;
  readonly text: string;
}
export const noFilter: FleetFilter = { kind: '', region: '', state: '', text: '' };
const names = Object.keys(noFilter) as readonly (keyof FleetFilter)[];
const TEXT_CHARACTERS_MAX = 128;

export function filterOf(query: string): FleetFilter {
  const params = new URLSearchParams(query);
  const text = (name: string): string => (params.get(name) ?? '').slice(0, TEXT_CHARACTERS_MAX);
  return { kind: text('kind'), region: text('region'), state: text('state'), text: text('text') };
}

/** Returns '?kind=…', or '' without a filter. */
export function queryOf(filter: FleetFilter): string {
  const fields = names.flatMap((name) => (filter[name] === '' ? [] : [[name, filter[name]]]));
  return fields.length === 0 ? '' : `?${new URLSearchParams(fields)}`;
}

/** State in one word: an operator's act takes precedence over the centre's observation. */
export type ShownState = 'alive' | 'suspect' | 'dead' | 'draining' | 'cordoned' | 'leaving' | 'unlinked' | 'distrusted';
export const shownStates: readonly ShownState[] = [
  'dead',
  'suspect',
  'unlinked',
  'distrusted',
  'leaving',
  'draining',
  'cordoned',
  'alive',
];

export function stateOf(node: ConsoleNode): ShownState {
  if (node.state === 'dead') return 'dead';
  if (node.state === 'suspect') return 'suspect';
  if (!node.isLinked) return 'unlinked';
  if (node.distrust !== undefined && node.distrust !== '') return 'distrusted';
  if (node.isLeaving) return 'leaving';
  if (node.isDraining || node.state === 'draining') return 'draining';
  return node.isCordoned ? 'cordoned' : 'alive';
}

const tones = {
  dead: 'bad',
  suspect: 'bad',
  unlinked: 'bad',
  distrusted: 'bad',
  leaving: 'quiet',
  draining: 'warn',
  cordoned: 'warn',
  alive: 'good',
} as const;
export const toneOf = (state: ShownState): (typeof tones)[ShownState] => tones[state];

/** Returns the severity of a node's state: higher is worse. */
export const stateRank = (node: ConsoleNode): number => shownStates.length - shownStates.indexOf(stateOf(node));

/** Returns the nodes that match the filter; every word of `text` must occur in their ids, place or version. */
export function filtered(
  nodes: readonly ConsoleNode[],
  { kind, region, state, text }: FleetFilter,
): readonly ConsoleNode[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return nodes.filter((node) => {
    if (kind !== '' && node.kind !== kind) return false;
    if (region !== '' && node.region !== region) return false;
    if (state !== '' && stateOf(node) !== state) return false;
    if (words.length === 0) return true;
    const all = `${node.nodeId} ${node.hostId} ${node.site} ${node.city} ${node.version}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

export const choicesOf = (nodes: readonly ConsoleNode[], field: 'kind' | 'region'): readonly string[] =>
  [...new Set(nodes.map((node) => node[field]))].filter((one) => one !== '').sort();

/** Returns the most common version of each kind; on a tie the newer one. */
export function commonVersions(nodes: readonly ConsoleNode[]): ReadonlyMap<string, string> {
  const usual = new Map<string, string>();
  for (const [kind, own] of Map.groupBy(nodes, (node) => node.kind)) {
    const counts = Map.groupBy(own, ({ version }) => version);
    const [first] = [...counts].sort(
      ([a, some], [b, others]) => others.length - some.length || b.localeCompare(a, 'en', { numeric: true }),
    );
    if (first !== undefined) usual.set(kind, first[0]);
  }
  return usual;
}

const HOUR_MS = 3_600_000;
/**
 * Certificates last 24 hours, and nodes renew them each minute once 8 hours are left (base/node-shell/src/identity.ts):
 * below 7 hours renewal has failed for long. In the last two hours an operator should act.
 */
export const certificateHoursMin = { good: 7, fair: 2 } as const;

/** Returns whole hours until a certificate ends; negative afterwards; undefined if unknown. */
export function certificateHours({ certificateEndsAt }: ConsoleNode, nowMs: number): number | undefined {
  const endMs = Date.parse(certificateEndsAt ?? '');
  return Number.isNaN(endMs) ? undefined : Math.floor((endMs - nowMs) / HOUR_MS);
}

/** Longest silence of a healthy node. Nodes report every second, so three reports are missing by then. */
const SILENT_MS_MAX = 3000;
export const isSilent = ({ silentMs }: ConsoleNode): boolean => silentMs > SILENT_MS_MAX;

export interface FleetSums {
  readonly nodes: number;
  readonly alive: number;
  readonly sessions: number;
  /** States other than `alive` with their number of nodes, worst first. */
  readonly states: readonly (readonly [ShownState, number])[];
}

export function sumsOf(nodes: readonly ConsoleNode[]): FleetSums {
  const states = Map.groupBy(nodes, stateOf);
  return {
    nodes: nodes.length,
    alive: states.get('alive')?.length ?? 0,
    sessions: nodes.reduce((sum, { sessions }) => sum + sessions, 0),
    states: shownStates.flatMap((state) => {
      const count = states.get(state)?.length ?? 0;
      return state === 'alive' || count === 0 ? [] : [[state, count] as const];
    }),
  };
}

/** Returns the larger direction in bit/s. */
export const bandwidthOf = ({ txBps, rxBps }: ConsoleNode): number => Math.max(txBps, rxBps);

/** Returns sessions as a share of their limit, 0 … 1; undefined if the limit is unknown. */
export const sessionsShare = ({ sessions, sessionsMax }: ConsoleNode): number | undefined =>
  sessionsMax > 0 ? Math.min(1, sessions / sessionsMax) : undefined;

/** Returns the used part of the disk, 0 … 1; undefined if unknown. */
export const diskShare = ({ disk }: ConsoleNode): number | undefined =>
  disk === undefined || disk.bytes <= 0 ? undefined : 1 - Math.min(1, disk.freeBytes / disk.bytes);

export const levelOf = (share: number): 'low' | 'high' | 'full' =>
  share >= 0.9 ? 'full' : share >= 0.75 ? 'high' : 'low';

/**
 * Returns the finished part of a drain, 0 … 1, relative to the largest number of sessions seen to move; undefined
 * without a drain.
 */
export function drainShare({ isDraining, sessionsToMove }: ConsoleNode, mostSeen: number): number | undefined {
  if (!isDraining || sessionsToMove === undefined) return undefined;
  const mostToMove = Math.max(mostSeen, sessionsToMove);
  return mostToMove === 0 ? 1 : 1 - sessionsToMove / mostToMove;
}
