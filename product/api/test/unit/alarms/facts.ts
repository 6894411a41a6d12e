import type { AlarmFacts } from '../../../src/alarms/core/rule.ts';
import type { FleetNode, HostLink } from '../../../src/console/core/fleet.ts';

export const WALL_MS = Date.UTC(2027, 0, 4);
const DAY_MS = 86_400_000;

export const node = (nodeId: string, o: Partial<FleetNode> = {}): FleetNode => {
  const { region = 'eu', city = 'Frankfurt' } = o;
  return {
    nodeId,
    kind: 'sfu',
    hostId: `host-${nodeId}`,
    site: `${region}/${city}`,
    region,
    city,
    latitude: 50,
    longitude: 8,
    state: 'alive',
    isLinked: true,
    silentMs: 40,
    version: '1.2.3',
    cpu: 0.2,
    txBps: 0,
    rxBps: 0,
    sessions: 10,
    sessionsMax: 100,
    rssBytes: 1,
    loopLagMs: 1,
    isCordoned: false,
    cordonReason: '',
    isDraining: false,
    drainReason: '',
    sessionsToMove: 0,
    isLeaving: false,
    distrust: '',
    certificateEndsMs: WALL_MS + DAY_MS,
    ...o,
  };
};
export const link = (fromHostId: string, toHostId: string, o: Partial<HostLink> = {}): HostLink => ({
  fromHostId,
  toHostId,
  rttMs: 20,
  lossSlow: 0,
  isInUse: true,
  isReachable: true,
  via: '',
  why: '',
  ...o,
});
export const facts = (
  nodes: readonly FleetNode[],
  o: Partial<AlarmFacts> & { readonly links?: readonly HostLink[] } = {},
): AlarmFacts => {
  const { links = [], ...rest } = o;
  return {
    wallMs: WALL_MS,
    isCentreReachable: true,
    cloud: { nodes, links },
    strengths: new Map(),
    joins: [],
    webhooks: { oldestDueMs: 0 },
    ...rest,
  };
};
export const strength = (o: Partial<Record<'strong' | 'medium' | 'weak' | 'unknown', number>>) => ({
  strong: 0,
  medium: 0,
  weak: 0,
  unknown: 0,
  ...o,
});
