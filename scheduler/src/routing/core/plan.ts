// Plan: every node that others may talk to, and for signaling nodes the path of each pair of living media nodes: the
// address family and, for information, the path that their hosts use now (routing.ts; the hosts themselves get
// `Routes`). Sent whole once, then as changes (versioned-map.ts).
import { nodeKind } from '@meridian/protocol';
import type { NodeDescription } from '../../fleet/core/node.ts';
import type { NodeRef } from './plan-nodes.ts';

export interface Pair {
  readonly a: string; // the lower id
  readonly b: string;
}
export interface PairPath extends Pair {
  readonly via: string; // a host; '' = direct
  /** Delay of one direction in ms by the path in use, mean of both directions. */
  readonly delayMs: number;
}
export interface Plan {
  readonly version: number;
  /** 0: `nodes` holds all nodes; otherwise those that changed after this version, with departed ones in `goneIds`. */
  readonly since: number;
  readonly nodes: readonly NodeRef[];
  readonly goneIds: readonly string[];
  /** For signaling nodes alone. Pairs without an entry share no address family and cannot relay. */
  readonly paths: readonly PairPath[];
  /** Whether `paths` holds only changes after `since`, with departed pairs in `gonePaths`; otherwise all paths. */
  readonly arePathsChanges: boolean;
  readonly gonePaths: readonly Pair[];
  /** Shut-out nodes: every node ends its links with them. */
  readonly deniedIds: readonly string[];
}

export interface HostPath {
  readonly via: string;
  readonly delayMs: number;
}
export type PathOf = (aHostId: string, bHostId: string) => HostPath | undefined;

/** Receiver of a plan. `kind` '': unknown, which gets all nodes. */
export interface PlanReceiver {
  readonly kind: string;
  readonly takesSparsePlan?: boolean | undefined;
}

/**
 * Returns the name of the receivers whose plans have the same nodes. Probes measure the hosts that have routes, so
 * their plan names no other hosts' probes; neither does a sparse plan name media nodes of other hosts, which get each
 * other's addresses with the offers of tracks. So these plans have a bound, whatever the size of the fleet.
 */
export function planNameOf({ kind, takesSparsePlan }: PlanReceiver): string {
  return kind === nodeKind.media && takesSparsePlan === true ? SPARSE : kind;
}

const SPARSE = 'sparse';

/** Whether the plan of this name has media nodes and probes of hosts with routes only. */
export const isBoundedPlan = (name: string): boolean => name === SPARSE || name === nodeKind.edgeProbe;

/**
 * Returns whether the plan of this name has nodes of a kind. Every host runs media nodes and a probe, which do not use
 * each other; the api knows all.
 */
export function isPlannedFor(name: string, kind: string): boolean {
  if (name === '') return true;
  if (kind === nodeKind.edgeProbe) return name === nodeKind.edgeProbe || name === nodeKind.api;
  return kind !== nodeKind.media || name !== nodeKind.edgeProbe;
}

/** Whether every host has many nodes of this kind, so that plans cannot name all of them for everyone. */
export const isOfEveryHost = (kind: string): boolean => kind === nodeKind.media || kind === nodeKind.edgeProbe;

const families = [4, 6] as const;
const unknownPath: PathOf = () => undefined;

/** Returns the path of two nodes, direct where no path is known; undefined without a common address family. */
export function pairPath(
  firstNode: NodeDescription,
  secondNode: NodeDescription,
  pathOf: PathOf = unknownPath,
): PairPath | undefined {
  const [a, b] = firstNode.nodeId < secondNode.nodeId ? [firstNode, secondNode] : [secondNode, firstNode];
  if (!families.some((family) => hasPipe(a, family) && hasPipe(b, family))) return undefined;
  const { via, delayMs } = pathOf(a.hostId, b.hostId) ?? { via: '', delayMs: 0 };
  return { a: a.nodeId, b: b.nodeId, via, delayMs };
}

const hasPipe = ({ addresses }: NodeDescription, family: 4 | 6): boolean =>
  addresses.some(({ purpose, ip }) => purpose === 'pipe' && familyOf(ip) === family);

const familyOf = (ip: string): 4 | 6 => (ip.includes(':') ? 6 : 4);
