// Input, memory and output of the autoscaler. Load is counted in nodes: 1 is a full node, whatever fills it first.

export interface ScaleNode {
  readonly nodeId: string;
  readonly hostId: string;
  readonly region: string;
  /** Charged and reported load, 0…1 and above. */
  readonly load: number;
  /** Sessions seen, and charged but not seen yet. */
  readonly sessions: number;
  /** `away`: dead, distrusted or failing; nothing that it carries can be relied on. */
  readonly state: 'serving' | 'draining' | 'away';
  /** Whether it is suspect or without a link: its last state counts, and nothing is concluded from its last report. */
  readonly isLate: boolean;
  /** Whether the autoscaler has drained it: only then is its drain taken back, or the empty node stopped. */
  readonly isDrainOurs: boolean;
  /** Whether the autoscaler's drain is for a replacement, after which the machine comes back under its name. */
  readonly isReplaced: boolean;
}

/** A machine that the driver has made and not removed yet. Only these are ever drained or stopped. */
export interface Machine {
  readonly nodeId: string;
  readonly region: string;
  /** `running`: its node has served, silent now or not. `failed`: it will never serve again, as the driver knows. */
  readonly state: 'starting' | 'running' | 'stopping' | 'failed';
  /** The machine that has to end before this one can: some orchestrators end their newest only. */
  readonly endsAfter?: string;
  /** Whether it runs another version than its orchestrator's. Never set while it is being made anew. */
  readonly isOutdated?: true;
  /** Version of its orchestrator, by any name; set with `isOutdated`. */
  readonly wantedVersion?: string;
}

export interface RegionInput {
  readonly region: string;
  /** Load of the past, a value a minute, oldest first, the last one now. */
  readonly history: readonly number[];
  /** Load of the bookings that run now, whose sessions may already be part of the load. */
  readonly bookedNow: number;
  /** Load of the bookings that begin within the horizon, on top of the present load. */
  readonly bookedNext: number;
}

export interface ScaleView {
  readonly nowMs: number;
  readonly nodes: readonly ScaleNode[];
  readonly machines: readonly Machine[];
  readonly regions: readonly RegionInput[];
  /** Names of absent nodes that are still ordered to take no sessions: a new machine under such a name would obey. */
  readonly reservedNames?: readonly string[];
  /** At most `count` names; fewer: no more can be started now. Absent: any name may be used. */
  readonly freeNames?: FreeNames;
}

export type FreeNames = (region: string, count: number, taken: TakenNames) => readonly string[];

export interface TakenNames {
  /** Names of nodes, machines and kept orders. A driver with fixed names may return one of them all the same. */
  readonly used: ReadonlySet<string>;
  readonly ending: ReadonlySet<string>;
}

export interface ScalePolicy {
  /** Nodes of a region, fewest and most; `nodesMax` includes those that the autoscaler does not run. */
  readonly nodesMin: number;
  readonly nodesMax: number;
  /** Share of a node that is filled on purpose; the rest is for bursts. */
  readonly targetShare: number;
  /** Sessions of a full node, to turn booked sessions into load. */
  readonly sessionsPerNode: number;
  readonly horizonMinutes: number;
  /** Whether to keep a spare for the loss of the largest host, and of the region with most load. */
  readonly spareHost: boolean;
  readonly spareRegion: boolean;
  /** Starts per order and region, and the pause between orders. */
  readonly startBatch: number;
  readonly startPauseMs: number;
  /** A machine that does not serve by then has failed; one whose node has served counts as silent. */
  readonly startLimitMs: number;
  /** Time without a node in the fleet before a machine that has served is stopped: silence does not prove emptiness. */
  readonly silentLimitMs: number;
  /** Drains per order and region, the pause between orders, and the time that a surplus must have lasted. */
  readonly drainBatch: number;
  readonly drainPauseMs: number;
  readonly surplusHoldMs: number;
  /** Share of the need that a surplus must exceed: below it neither more nor fewer nodes are ordered. */
  readonly surplusShare: number;
  /** Time for which a drained node must have been empty before it is stopped, or replaced. */
  readonly emptyHoldMs: number;
  /** A longer drain is reported; the node is not stopped, but a machine to be replaced is replaced then. */
  readonly drainLimitMs: number;
}

export type Verb = 'start' | 'drain' | 'undrain' | 'stop' | 'replace';
export interface ScaleAction {
  readonly verb: Verb;
  readonly nodeId: string;
  readonly region: string;
  readonly reason: string;
  /** For a drain: the machine is replaced afterwards. */
  readonly isReplaced?: true;
}

/** Present and needed nodes of a region, and why. */
export interface RegionScale {
  readonly region: string;
  readonly load: number;
  readonly forecastP95: number;
  readonly booked: number;
  readonly need: number;
  readonly needReason: string;
  readonly serving: number;
  /** Number of starting machines, with those that are made anew under their names, from their drain on. */
  readonly starting: number;
  readonly draining: number;
  readonly outdated: number;
  /** Whether outdated machines are not drained because a machine of the wanted version does not serve. */
  readonly isUpgradeHeld: boolean;
  /** Machines that are replaced but not stopped: they may carry sessions, or others have to end before them. */
  readonly silent: readonly string[];
  /** Whether more is needed than the policy allows. */
  readonly isAtBound: boolean;
  /** Nodes whose drain exceeds its limit, with sessions on them. */
  readonly overdue: readonly string[];
}

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
/** Memory of an upgrade, as long as the wanted version of the outdated machines stays the same. */
export interface UpgradeMemory {
  readonly wantedVersions: ReadonlySet<string>;
  /** The machine that was started so that another can be spared. */
  readonly spare: string | undefined;
  /** Whether the upgrade continues without a spare, because there is no place for it. */
  readonly hasNoSpare: boolean;
  readonly isHeld: boolean;
}
export interface NodeMemory {
  /** Last state of its machine by the driver. */
  readonly state: Machine['state'];
  /** Whether its machine has begun since the last look, so that the fleet's knowledge of the name is void. */
  readonly isNew: boolean;
  /** Whether its machine ends and begins anew, so that the next machine of the name is new. */
  readonly isLeaving: boolean;
  readonly hasServed: boolean;
  /** Time since which the fleet has not known its node; undefined: the fleet knows it, alive or not. */
  readonly absentSinceMs: number | undefined;
  readonly drainingSinceMs: number | undefined;
  /** Time since which it has reported, drained by the autoscaler, that it is empty. */
  readonly emptySinceMs: number | undefined;
}

export interface ScaleDecision {
  readonly actions: readonly ScaleAction[];
  readonly regions: readonly RegionScale[];
  readonly memory: ScaleMemory;
}
