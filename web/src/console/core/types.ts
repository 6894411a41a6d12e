// Shapes of the console's answers, as api/src/console/schemas.ts has them.
export const strengths = ['strong', 'medium', 'weak', 'unknown'] as const;
export type Strength = (typeof strengths)[number];
export type StrengthCounts = Readonly<Record<Strength, number>>;

/** alive, suspect, draining or dead. */
export type NodeState = string;

export interface WorldSite {
  readonly site: string;
  readonly city: string;
  readonly region: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly state: NodeState;
  readonly nodes: number;
  readonly nodesAlive: number;
  readonly hosts: number;
  readonly sessions: number;
  readonly sessionsMax: number;
  readonly load: number;
  readonly strength: StrengthCounts;
}

export interface WorldLink {
  readonly from: string;
  readonly to: string;
  readonly rttMs?: number;
  readonly jitterMs?: number;
  readonly loss?: number;
  readonly isUsed: boolean;
  readonly isReachable: boolean;
  readonly via: readonly string[];
  readonly sessions: number;
}

export interface WorldPlace {
  readonly place: string;
  readonly countryCode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly strength: StrengthCounts;
}

export interface World {
  readonly seq: number;
  readonly at: string;
  readonly centre: { readonly isReachable: boolean; readonly sinceMs: number };
  readonly totals: {
    readonly sessions: number;
    readonly rooms: number;
    readonly nodes: number;
    readonly nodesAlive: number;
    readonly strength: StrengthCounts;
  };
  readonly sites: readonly WorldSite[];
  readonly links: readonly WorldLink[];
  readonly places: readonly WorldPlace[];
}

/** What is new since `seq` - 1. */
export interface WorldChange extends World {
  readonly goneSites: readonly string[];
  /** "FROM TO". */
  readonly goneLinks: readonly string[];
  readonly gonePlaces: readonly string[];
}

export interface ConsoleNode {
  readonly nodeId: string;
  readonly kind: string;
  readonly hostId: string;
  readonly site: string;
  readonly region: string;
  readonly city: string;
  readonly state: NodeState;
  readonly isLinked: boolean;
  readonly silentMs: number;
  readonly version: string;
  readonly cpu: number;
  readonly txBps: number;
  readonly rxBps: number;
  readonly sessions: number;
  readonly sessionsMax: number;
  readonly rssBytes: number;
  readonly loopLagMs: number;
  readonly isCordoned: boolean;
  readonly cordonReason?: string;
  readonly isDraining: boolean;
  readonly drainReason?: string;
  readonly sessionsToMove?: number;
  readonly isLeaving: boolean;
  readonly distrust?: string;
  readonly certificateEndsAt?: string;
}

export interface ConsoleRoom {
  readonly tenant: string;
  readonly room: string;
  readonly sid: string;
  readonly sessions: number;
  readonly nodes: number;
  readonly strength: StrengthCounts;
}

export interface ConsolePerson {
  readonly sessionId: string;
  readonly tenant: string;
  readonly room: string;
  readonly sid: string;
  readonly identity: string;
  readonly name: string;
  readonly protocol: string;
  readonly nodeId: string;
  readonly fromNodeIds: readonly string[];
  readonly place: string;
  readonly countryCode: string;
  readonly joinedAt: string;
  readonly leftAt?: string;
  readonly strength: Strength;
  readonly rttMs?: number;
  readonly loss?: number;
  readonly freezeShare?: number;
}

export interface TrackHop {
  readonly trackId: string;
  readonly nodeId: string;
  readonly fromNodeId: string;
}

export interface PathSeen {
  readonly fromHostId: string;
  readonly toHostId: string;
  readonly fromSite: string;
  readonly toSite: string;
  readonly isReachable: boolean;
  /** Host; '': direct. */
  readonly via: string;
  readonly viaSite: string;
  readonly pathMs?: number;
  readonly rttMs?: number;
  readonly jitterMs?: number;
  readonly loss?: number;
  readonly why: string;
}

export interface RoomPlan {
  readonly lines: readonly string[];
  readonly hops: readonly TrackHop[];
  readonly paths: readonly PathSeen[];
  readonly nodes: readonly {
    readonly nodeId: string;
    readonly hostId: string;
    readonly site: string;
    readonly sessions: number;
  }[];
}

export interface TimelineEvent {
  readonly at: string;
  readonly kind: string;
  readonly source?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly decisionId?: string;
}

/** Means over `stepS` seconds that end at `at`. */
export interface QualityPoint {
  readonly at: string;
  readonly strength: Strength;
  readonly nodeId: string;
  readonly source: string;
  readonly rttMs?: number;
  readonly outboundLoss?: number;
  readonly inboundLoss?: number;
  readonly jitterMs?: number;
  readonly freezeMs?: number;
  readonly concealed?: number;
  readonly sentBps?: number;
  readonly receivedBps?: number;
  readonly sentHeight?: number;
  readonly receivedHeight?: number;
  readonly receivedFps?: number;
  readonly layer?: number;
}

export interface DecisionCandidate {
  readonly hostId: string;
  readonly nodeId: string;
  readonly site: string;
  readonly rttMs: number;
  readonly isTimed: boolean;
  readonly load: number;
  readonly holdsRoom: boolean;
  readonly toMembersMs?: number;
  readonly total?: number;
  readonly parts: readonly {
    readonly name: string;
    readonly score: number;
    readonly weight: number;
    readonly reason: string;
  }[];
  readonly refusedBy?: string;
  readonly refusedWhy?: string;
}

export interface DecisionStory {
  readonly decisionId: string;
  readonly madeAt: string;
  readonly mode: string;
  readonly degraded?: string;
  readonly moveFromNodeId?: string;
  readonly moveReason?: string;
  readonly place: string;
  readonly placeSource: string;
  readonly radiusKm: number;
  readonly candidates: number;
  readonly refused: number;
  readonly why: string;
  readonly chosen?: DecisionCandidate;
  readonly nearest?: DecisionCandidate;
  readonly code?: string;
  readonly lines: readonly string[];
}

export interface SessionTimeline {
  readonly person: ConsolePerson;
  readonly signalingId: string;
  readonly sdk: string;
  readonly device: string;
  readonly transport: string;
  readonly network: string;
  readonly stepS: number;
  readonly points: readonly QualityPoint[];
  readonly events: readonly TimelineEvent[];
  readonly decisions: readonly DecisionStory[];
  readonly paths: readonly PathSeen[];
}
