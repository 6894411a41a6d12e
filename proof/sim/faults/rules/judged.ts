// What every rule sees of the world, and the times that rules have in common.
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import { SESSION_LEASE_MS } from '../../../../scheduler/src/placing/core/session-leases.ts';
import type { MediaNode } from '../media-node.ts';
import type { Person } from '../people.ts';
import type { Process } from '../process.ts';
import type { SignalingNode } from '../signaling-node.ts';

/** Two reports and the way: after it the centre's list is what the node holds. */
export const REPORTED_MS = 3500;
/** What has left a node's list is charged until its lease lapses, and a report says so. */
export const REAPED_MS = SESSION_LEASE_MS + 1500;
/**
 * A node whose link went by a fault dials again within a second of its end (`limits.centreBackoffMs.max`), and
 * registers; leases begin anew then.
 */
export const REDIALLED_MS = 1500;
/** A node that no fault harms is never dead; what was harmed has this long to recover. */
export const UNHARMED_MS = 8000;
/** A charge lapses with the first tick or decision after its time. */
export const LAPSE_SLACK_MS = 1000;

/** What was ordered or begun so shortly before the store lost something may not have been written. */
export const WRITTEN_MS = 10_000;

/** So often what takes long to look at is looked at. */
export const WHOLE_MS = 2000;

/** Of the world, what is judged. */
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
  /** Whether the node and its network have been left alone for so long, whatever has happened to the centre. */
  isLeftAlone(node: MediaNode, forMs: number): boolean;
  /** The same of the node and the centre. */
  isUnharmed(node: MediaNode, forMs: number): boolean;
  /** Whether nothing but its reports came between the node and the clients of this signaling node for so long. */
  isServing(node: MediaNode, through: Process, forMs: number): boolean;
  /** Whether the process of a node runs, and has for so long. */
  isWhole(process: Process, forMs: number): boolean;
  memoryIsWhole(): boolean;
}

/** Every rule; docs/design/fault-simulator.md says what each means (a test compares). */
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

/** What a rule says when it is broken: its name, and what has happened. */
export type Fail = (rule: RuleName, text: string) => void;
