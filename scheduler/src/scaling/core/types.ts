// What the autoscaler sees, remembers and orders. Load is counted in nodes: 1 is what one node carries when it is full,
// whatever fills it first.

/** A media node as the fleet has it. */
export interface ScaleNode {
  readonly nodeId: string;
  readonly hostId: string;
  readonly region: string;
  /** Load of what is charged and reported, 0…1 and above. */
  readonly load: number;
  /** Sessions seen, and charged but not seen yet. */
  readonly sessions: number;
  /** `away`: dead, distrusted or failing; it carries nothing that can be relied on. */
  readonly state: 'serving' | 'draining' | 'away';
  /** Suspect, or without a link: it counts as what it was, and nothing is concluded from its last word. */
  readonly isLate: boolean;
  /**
   * The autoscaler has drained it: only such a drain is taken back, and only such a node is stopped when it is empty.
   */
  readonly isDrainOurs: boolean;
  /** That drain is for its machine to be made anew: it comes back under its name. */
  readonly isReplaced: boolean;
}

/** A machine as the driver sees it: what it has made and not removed yet. Only these are ever drained or stopped. */
export interface Machine {
  readonly nodeId: string;
  readonly region: string;
  /**
   * `running`: its node has served, heard or not. `failed`: it will not serve any more; the driver knows that, it is
   * not merely silent.
   */
  readonly state: 'starting' | 'running' | 'stopping' | 'failed';
  /** The machine that has to end before this one can: some orchestrators end their newest only. */
  readonly endsAfter?: string;
  /** It runs another version than its orchestrator is set to. Never of one that is being made anew already. */
  readonly isOutdated?: true;
  /** What its orchestrator is set to, by any name; with `isOutdated`. */
  readonly wantedVersion?: string;
}

export interface RegionInput {
  readonly region: string;
  /** Load of the past, one value a minute, oldest first, the last one now. */
  readonly history: readonly number[];
  /** Load of the bookings that run now: part of the load already as far as their sessions have come. */
  readonly bookedNow: number;
  /** Load of the bookings that begin within the horizon, on top of what is there. */
  readonly bookedNext: number;
}

export interface ScaleView {
  readonly nowMs: number;
  readonly nodes: readonly ScaleNode[];
  readonly machines: readonly Machine[];
  readonly regions: readonly RegionInput[];
  /** Of nodes that are away and still ordered to take no sessions: a new machine under such a name would obey. */
  readonly namesKept?: readonly string[];
  /** At most `count` names for new machines of a region; fewer: no more can be started now. Without it any may be. */
  readonly freeNames?: FreeNames;
}

export type FreeNames = (region: string, count: number, taken: TakenNames) => readonly string[];

export interface TakenNames {
  /** Of nodes, machines and kept orders. A driver whose names are fixed may answer one of them all the same. */
  readonly used: ReadonlySet<string>;
  /** Of machines that are stopped in the same round. */
  readonly ending: ReadonlySet<string>;
}

export interface ScalePolicy {
  /** Nodes of a region, fewest and most; `nodesMax` includes those that the autoscaler does not run. */
  readonly nodesMin: number;
  readonly nodesMax: number;
  /** Share of a node that is filled on purpose; the rest is for bursts. */
  readonly targetShare: number;
  /** What a node carries, to turn booked sessions into load. */
  readonly sessionsPerNode: number;
  readonly horizonMinutes: number;
  /** Keep room for the loss of the largest host, and of the region with most load. */
  readonly spareHost: boolean;
  readonly spareRegion: boolean;
  /** Starts per order and region, and the pause between orders. */
  readonly startBatch: number;
  readonly startPauseMs: number;
  /** A machine that does not serve by then has failed; one whose node has served is only missed from then on. */
  readonly startLimitMs: number;
  /**
   * How long a machine whose node has served may have no node in the fleet before it is stopped: silence is no proof
   * that it is empty.
   */
  readonly silentLimitMs: number;
  /** Drains per order and region, the pause between orders, and how long there must have been too many. */
  readonly drainBatch: number;
  readonly drainPauseMs: number;
  readonly surplusHoldMs: number;
  /** Share of the need above which there are too many: below it neither more nor less is ordered. */
  readonly surplusShare: number;
  /** How long a drained node must have been empty before it is stopped, or replaced. */
  readonly emptyHoldMs: number;
  /** A drain that takes longer is reported; the node is not stopped. One that is to be replaced is replaced then. */
  readonly drainLimitMs: number;
}

export type Verb = 'start' | 'drain' | 'undrain' | 'stop' | 'replace';
export interface ScaleAction {
  readonly verb: Verb;
  readonly nodeId: string;
  readonly region: string;
  readonly reason: string;
  /** Of a drain: the machine is replaced afterwards. */
  readonly isReplaced?: true;
}

/** What one region has and needs, in nodes, and why. */
export interface RegionScale {
  readonly region: string;
  readonly load: number;
  readonly forecastP95: number;
  readonly booked: number;
  readonly need: number;
  readonly needReason: string;
  readonly serving: number;
  /** Those too that are made anew under their names, from their drain on. */
  readonly starting: number;
  readonly draining: number;
  /** Machines of another version than they should be. */
  readonly outdated: number;
  /** None of them is drained: a machine of the version that is wanted does not serve. */
  readonly isUpgradeHeld: boolean;
  /**
   * Machines that are replaced and not stopped: their nodes have served and are not heard, so sessions may be on them;
   * or others have to end before them.
   */
  readonly silent: readonly string[];
  /** More is needed than the policy lets it have. */
  readonly isAtBound: boolean;
  /** Nodes that are drained for longer than they should be, with sessions on them. */
  readonly overdue: readonly string[];
}

/** What is remembered from one decision to the next. */
export interface ScaleMemory {
  readonly regions: ReadonlyMap<string, RegionMemory>;
  readonly nodes: ReadonlyMap<string, NodeMemory>;
}
export interface RegionMemory {
  readonly startedAtMs: number | undefined;
  readonly drainedAtMs: number | undefined;
  readonly surplusSinceMs: number | undefined;
  /** Undefined: no machine is outdated. */
  readonly upgrade: UpgradeMemory | undefined;
}
/** As long as outdated machines are to be of no other version than before. */
export interface UpgradeMemory {
  readonly wanted: ReadonlySet<string>;
  /** The machine that was started so that one can be missed. */
  readonly spare: string | undefined;
  /** There is no place for it: it goes on without. */
  readonly hasNoSpare: boolean;
  readonly isHeld: boolean;
}
export interface NodeMemory {
  /** Of its machine, as the driver said it last. */
  readonly state: Machine['state'];
  /** Its machine has begun since the look before, and has not been heard: what the fleet knows of the name is over. */
  readonly isNew: boolean;
  /** Its machine ends, and begins anew: what follows is new. */
  readonly isLeaving: boolean;
  /** The fleet has known its node in this term. */
  readonly hasServed: boolean;
  /** Since when the fleet has not known its node; undefined: it knows it, alive or not. */
  readonly absentSinceMs: number | undefined;
  readonly drainingSinceMs: number | undefined;
  /** Since when it has reported, drained by us, that it is empty. */
  readonly emptySinceMs: number | undefined;
}

export interface ScaleDecision {
  readonly actions: readonly ScaleAction[];
  readonly regions: readonly RegionScale[];
  readonly memory: ScaleMemory;
}
