// The fleet and the links between its hosts, converted from the centre's messages into the console's own types.
import { nodeKind, type wire } from '@meridian/protocol';

export interface FleetNode {
  readonly nodeId: string;
  /** Kind of node (`nodeKind`). */
  readonly kind: string;
  readonly hostId: string;
  /** Region and city: `siteKeyOf`. */
  readonly site: string;
  readonly region: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  /** alive, suspect, draining or dead. */
  readonly state: string;
  readonly isLinked: boolean;
  readonly silentMs: number;
  readonly version: string;
  readonly incarnation?: string;
  /** Share of the node's cores in use, 0 to 1. */
  readonly cpu: number;
  readonly txBps: number;
  readonly rxBps: number;
  readonly sessions: number;
  /** Sessions that the node can hold; 0 if unknown. */
  readonly sessionsMax: number;
  readonly rssBytes: number;
  readonly loopLagMs: number;
  readonly isCordoned: boolean;
  readonly cordonReason: string;
  readonly isDraining: boolean;
  readonly drainReason: string;
  readonly sessionsToMove: number;
  readonly isLeaving: boolean;
  /** Why the node's figures are not trusted; '': they are. */
  readonly distrust: string;
  /** Wall time at which the certificate expires; 0 for a node without a link. */
  readonly certificateEndsMs: number;
  /** The node's wall clock minus the centre's; absent: unknown. */
  readonly clockOffsetMs?: number;
  /** Volume of the node's state or spool; absent: unknown. */
  readonly disk?: { readonly bytes: number; readonly freeBytes: number };
  /** For a recorder: participants that it can record at once, and those taken. */
  readonly recordSlots?: { readonly all: number; readonly used: number };
  /** For a media node: mean traffic of a minute to each other node. Absent if not reported or not requested. */
  readonly sentTo?: readonly { readonly nodeId: string; readonly bps: number }[];
  /** Settings that nodes of one kind should share, as JSON by key; only keys whose values differ. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface RecordingQueue {
  readonly waiting: number;
  readonly oldestMs: number;
}

/** Direction between two hosts. Unknown figures are absent. */
export interface HostLink {
  readonly fromHostId: string;
  readonly toHostId: string;
  readonly rttMs?: number;
  readonly jitterMs?: number;
  readonly loss?: number;
  /** Loss over half a minute, which is more reliable than that of a few probes. */
  readonly lossSlow?: number;
  /** Delay of the path in use, one way. */
  readonly pathMs?: number;
  /** True if the hosts share a room, or if the link is a leg of a relayed path of such hosts. */
  readonly isInUse: boolean;
  readonly isReachable: boolean;
  /** Relay of the path in use; '': direct. */
  readonly via: string;
  /** The centre's reason for this path, in English. */
  readonly why: string;
}

/** Names a site as the centre does (scheduler/src/fleet/core/node.ts). */
export const siteKeyOf = (region: string, city: string): string => `${region}/${city}`;

export const isMedia = ({ kind }: Pick<FleetNode, 'kind'>): boolean => kind === nodeKind.media;

export function fleetFromWire({ nodes }: wire.FleetSeen): FleetNode[] {
  return nodes.map((seen) => {
    const { node, load } = seen;
    const [region, city] = [node?.region ?? '', node?.city ?? ''];
    return {
      nodeId: node?.nodeId ?? '',
      kind: node?.kind ?? '',
      hostId: node?.hostId ?? '',
      site: siteKeyOf(region, city),
      region,
      city,
      latitude: node?.latitude ?? 0,
      longitude: node?.longitude ?? 0,
      state: seen.state ?? '',
      isLinked: seen.isLinked ?? false,
      silentMs: Math.max(0, Math.round(seen.silentMs ?? 0)),
      version: node?.versions?.software ?? '',
      ...(node?.incarnation && { incarnation: node.incarnation }),
      ...figuresOf(load),
      sessions: seen.sessionsSeen ?? 0,
      sessionsMax: node?.capacity?.sessions ?? 0,
      isCordoned: seen.cordoned ?? false,
      cordonReason: seen.cordonReason ?? '',
      isDraining: seen.draining ?? false,
      drainReason: seen.drainReason ?? '',
      sessionsToMove: seen.sessionsToMove ?? 0,
      isLeaving: seen.isLeaving ?? false,
      distrust: seen.distrust ?? '',
      certificateEndsMs: seen.certificateNotAfterMs ?? 0,
      ...(typeof seen.clockOffsetMs === 'number' && { clockOffsetMs: seen.clockOffsetMs }),
      ...spaceOf(load),
      ...sentOf(load),
      ...configOf(node?.config ?? []),
    };
  });
}

function spaceOf(load: wire.Load.$Properties | null | undefined): Pick<FleetNode, 'disk' | 'recordSlots'> {
  const { diskBytes: bytes, diskFreeBytes: freeBytes, recordSlots: all, recordSlotsUsed: used } = load ?? {};
  return {
    ...(bytes ? { disk: { bytes: upTo(BYTES_MAX, bytes), freeBytes: upTo(BYTES_MAX, freeBytes) } } : {}),
    ...(all || used ? { recordSlots: { all: all ?? 0, used: used ?? 0 } } : {}),
  };
}

const sentOf = (load: wire.Load.$Properties | null | undefined): Pick<FleetNode, 'sentTo'> =>
  load?.sent
    ? { sentTo: (load.sent.rows ?? []).map(({ nodeId, bps }) => ({ nodeId: nodeId ?? '', bps: upTo(BPS_MAX, bps) })) }
    : {};

const configOf = (values: readonly wire.ConfigValue.$Properties[]): Pick<FleetNode, 'config'> =>
  values.length === 0 ? {} : { config: Object.fromEntries(values.map(({ key, value }) => [key ?? '', value ?? ''])) };

export const queueFromWire = ({ recordingsWaiting, recordingWaitMs }: wire.FleetSeen): RecordingQueue => ({
  waiting: recordingsWaiting ?? 0,
  oldestMs: Math.round(recordingWaitMs ?? 0),
});

/** Limits of figures: a faulty node that reports more must not spoil sums and history. */
const [BPS_MAX, BYTES_MAX, CPU_MAX] = [1e12, 1e15, 1000];
const upTo = (max: number, figure: number | null | undefined): number => Math.min(max, figure ?? 0);

const figuresOf = (load: wire.Load.$Properties | null | undefined) => ({
  cpu: upTo(CPU_MAX, load?.cpu),
  txBps: upTo(BPS_MAX, load?.txBps),
  rxBps: upTo(BPS_MAX, load?.rxBps),
  rssBytes: upTo(BYTES_MAX, load?.rssBytes),
  loopLagMs: load?.loopLagMsP99 ?? 0,
});

export const linksFromWire = ({ links }: wire.LinksSeen): HostLink[] => links.map(linkFromWire);

function linkFromWire(seen: wire.LinkSeen.$Properties): HostLink {
  // Loss of the last few probes, or if unknown, over half a minute.
  const loss = figureOrUndefined(seen.lossFast) ?? figureOrUndefined(seen.lossSlow);
  const lossSlow = figureOrUndefined(seen.lossSlow);
  const [rttMs, jitterMs, pathMs] = [
    figureOrUndefined(seen.rttMs),
    figureOrUndefined(seen.jitterMs),
    figureOrUndefined(seen.pathMs),
  ];
  return {
    fromHostId: seen.fromHostId ?? '',
    toHostId: seen.toHostId ?? '',
    ...(rttMs !== undefined && { rttMs }),
    ...(jitterMs !== undefined && { jitterMs }),
    ...(loss !== undefined && { loss }),
    ...(lossSlow !== undefined && { lossSlow }),
    ...(pathMs !== undefined && { pathMs }),
    isInUse: seen.inUse ?? false,
    isReachable: seen.isReachable ?? false,
    via: seen.via ?? '',
    why: seen.why ?? '',
  };
}

const figureOrUndefined = (figure: number | null | undefined): number | undefined =>
  typeof figure === 'number' && figure >= 0 ? figure : undefined;

export const directionKey = (fromHostId: string, toHostId: string): string => `${fromHostId} ${toHostId}`;

/** Updates `all` with `used`, which is refreshed more often. A link missing in `used` is no longer in use. */
export function mergeLinks(all: readonly HostLink[], used: readonly HostLink[]): HostLink[] {
  const fresh = new Map(used.map((link) => [directionKey(link.fromHostId, link.toHostId), link]));
  const others = all
    .filter(({ fromHostId, toHostId }) => !fresh.has(directionKey(fromHostId, toHostId)))
    .map((link) => (link.isInUse ? { ...link, isInUse: false } : link));
  return [...used, ...others];
}
