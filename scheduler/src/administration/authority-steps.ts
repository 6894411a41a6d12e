// Steps in the replacement of the certificate authority and their conditions (docs/design/trust.md), as pure functions.
import { limits } from '@meridian/protocol';

/** State of the replacement. `single`: there is a single authority. */
export type AuthorityStep = 'single' | 'begin' | 'switch';
/** Step that an administrator orders; `end` leads to `single`, with the next authority. */
export type RotationStep = 'begin' | 'switch' | 'end';

export interface Lineage {
  readonly step: AuthorityStep;
  readonly fingerprint: string;
  readonly nextFingerprint: string | undefined;
}

export interface NodeTrust {
  readonly nodeId: string;
  /** Reported fingerprints: first of the node's own certificate, then of others that it trusts. Empty: not reported. */
  readonly authorities: readonly string[];
  /** Time for which it has reported these. */
  readonly heldMs: number;
}

export interface StepRefusal {
  readonly code: 'OUT_OF_ORDER' | 'AUTHORITY_IN_USE';
  readonly message: string;
  readonly nodeIds: readonly string[];
}

export const nextStep = (step: AuthorityStep): RotationStep =>
  step === 'single' ? 'begin' : step === 'begin' ? 'switch' : 'end';

/**
 * Returns how far `a` is in the replacement beside `b`. `other`: different clusters, or over one replacement apart.
 */
export function compareLineages(a: Lineage, b: Lineage): 'same' | 'later' | 'earlier' | 'other' {
  if (a.fingerprint === b.nextFingerprint) return 'later';
  if (b.fingerprint === a.nextFingerprint) return 'earlier';
  if (a.fingerprint !== b.fingerprint) return 'other';
  const isOther = a.nextFingerprint !== b.nextFingerprint;
  if (isOther && a.step !== 'single' && b.step !== 'single') return 'other';
  const order = ['single', 'begin', 'switch'];
  const difference = order.indexOf(a.step) - order.indexOf(b.step);
  return difference === 0 ? 'same' : difference > 0 ? 'later' : 'earlier';
}

/**
 * Returns the nodes for which the next step would come too early. Before `switch`: nodes that do not trust the next
 * authority. Before `end`: nodes whose certificate is not of it, or has been for less than the life of a grant, because
 * earlier signed grants must hold.
 */
export function nodesNotReady({ step, nextFingerprint }: Lineage, nodes: readonly NodeTrust[]): string[] {
  if (step === 'single' || nextFingerprint === undefined) return [];
  const isReady = ({ authorities, heldMs }: NodeTrust): boolean =>
    step === 'begin'
      ? authorities.includes(nextFingerprint)
      : authorities[0] === nextFingerprint && heldMs > limits.grantLifetimeMs;
  return nodes.filter((node) => !isReady(node)).map(({ nodeId }) => nodeId);
}

/** Returns undefined when the step may be made. `isForced` ignores nodes, never the order. */
export function refusalOf(
  lineage: Lineage,
  o: { readonly requested: RotationStep; readonly nodes: readonly NodeTrust[]; readonly isForced: boolean },
): StepRefusal | undefined {
  const { step } = lineage;
  const followingStep = nextStep(step);
  if (o.requested !== followingStep)
    return { code: 'OUT_OF_ORDER', message: `the step is ${step}: the next one is ${followingStep}`, nodeIds: [] };
  const nodeIds = o.isForced ? [] : nodesNotReady(lineage, o.nodes);
  if (nodeIds.length === 0) return undefined;
  const obstacle =
    step === 'begin' ? 'do not trust the next authority yet' : 'had certificates of the old until just now';
  return { code: 'AUTHORITY_IN_USE', message: `${nodeIds.length} nodes ${obstacle}: ${namesOf(nodeIds)}`, nodeIds };
}

/** Limit of names in the message; the refusal lists all. */
const NAMES_MAX = 10;
const namesOf = (nodeIds: readonly string[]): string =>
  nodeIds.slice(0, NAMES_MAX).join(', ') + (nodeIds.length > NAMES_MAX ? ' …' : '');
