// The world as the rules see it, and time limits that several rules use.
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import { SESSION_LEASE_MS } from '../../../../scheduler/src/placing/core/session-leases.ts';
import type { MediaNode } from '../media-node.ts';
import type { Person } from '../people.ts';
import type { Process } from '../process.ts';
import type { SignalingNode } from '../signaling-node.ts';

/** Time after which the centre's list equals the node's sessions: that of two reports and their way. */
export const REPORTED_MS = 3500;
/** Time until the charge of a session that left a node's list is released: its lease lapses, and a report says so. */
export const REAPED_MS = SESSION_LEASE_MS + 1500;
/**
 * Time after which a node whose link ended has registered again, after which leases start anew. It dials again within
 * a second (`limits.centreBackoffMs.max`).
 */
export const REDIALLED_MS = 1500;
/** Time that a disturbed node has to recover, after which the centre must not take it for dead. */
export const UNHARMED_MS = 8000;
/** Time within which a tick or decision removes a charge that has lapsed. */
export const LAPSE_SLACK_MS = 1000;

/** Time before a loss of writes within which orders and begun moves may be lost. */
export const WRITTEN_MS = 10_000;

export const INDICES_EVERY_MS = 2000;

export interface JudgedWorld {
  readonly clock: { nowMs(): number };
  readonly size: { readonly seatedWithinMs: number };
  readonly nodes: ReadonlyMap<string, MediaNode>;
  readonly signalingNodes: ReadonlyMap<string, SignalingNode>;
  readonly people: readonly Person[];
  readonly centre: Centre | undefined;
  readonly centreNowMs: number;
  readonly centreWallMs: number;
  readonly timing: { detected(nodeId: string): void };
  note(text: () => string): void;
  centreIsWell(sinceMs: number): boolean;
  /** Returns whether the node and its network had no fault for this long, whatever happened to the centre. */
  isLeftAlone(node: MediaNode, forMs: number): boolean;
  isUnharmed(node: MediaNode, forMs: number): boolean;
  /** Returns whether the node could serve the clients of this signaling node for this long. */
  isServing(node: MediaNode, through: Process, forMs: number): boolean;
  /** Returns whether the process of a node has run for this long. */
  isWhole(process: Process, forMs: number): boolean;
  memoryIsWhole(): boolean;
}

/** Names of the rules. docs/design/fault-simulator.md explains them; a test compares. */
export const ruleNames = [
  'one-owner-per-epoch',
  'epoch-never-back',
  'decision-names-fit-node',
  'panic-is-said',
  'charged-at-once',
  'charged-once',
  'charges-end',
  'within-capacity',
  'renewed-as-granted',
  'grants-never-back',
  'next-epoch-above',
  'ledger-is-whole',
  'moves-are-whole',
  'deny-holds',
  'drain-holds',
  'no-false-death',
  'incarnation-is-present',
  'moved-to-a-home',
  'moves-end',
  'room-rests',
  'few-moves-each',
  'second-homes-end',
  'healthy-stay',
  'no-live-session-reaped',
  'centre-runs',
  'ends-in-time',
  'everybody-is-placed',
  'everybody-has-an-owner',
  'fleet-converges',
  'suspects-recover',
  'books-are-truth',
  'centre-back',
] as const;
export type RuleName = (typeof ruleNames)[number];

export type Fail = (rule: RuleName, text: string) => void;
