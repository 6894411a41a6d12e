// Which step in the replacement of the certificate authority may be made (docs/design/trust.md), as pure functions.
import { limits } from '@meridian/protocol';

/** Where the replacement stands. `single`: there is one authority. */
export type AuthorityStep = 'single' | 'begin' | 'switch';
/** What an administrator asks for; `end` leads to `single`, with the next authority. */
export type RotationStep = 'begin' | 'switch' | 'end';

/** Of an authority and the one that replaces it, what tells them from others. */
export interface Lineage {
  readonly step: AuthorityStep;
  readonly fingerprint: string;
  readonly nextFingerprint: string | undefined;
}

/** A node of the fleet that is not dead. */
export interface NodeTrust {
  readonly nodeId: string;
  /** As the node says: first of its own certificate, then the others that it trusts. Empty: it has not said. */
  readonly authorities: readonly string[];
  /** For how long it has said so. */
  readonly heldMs: number;
}

/** What keeps a step from being made now, with the nodes that do. */
export interface StepRefusal {
  readonly code: 'OUT_OF_ORDER' | 'AUTHORITY_IN_USE';
  readonly message: string;
  readonly nodeIds: readonly string[];
}

/** The only step that may be asked for next. */
export const nextStep = (step: AuthorityStep): RotationStep =>
  step === 'single' ? 'begin' : step === 'begin' ? 'switch' : 'end';

/**
 * Of two accounts of the cluster's authority, where the first stands: replacement goes one way only. `other`: they are
 * of two clusters, or more than one replacement apart.
 */
export function ageOf(a: Lineage, b: Lineage): 'same' | 'later' | 'earlier' | 'other' {
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
 * The nodes for which the next step would come too early. Before `switch`: that do not trust the next authority. Before
 * `end`: whose certificate is not of it, or has been for less than a grant lives, as grants that were signed before
 * must hold.
 */
export function waitedFor({ step, nextFingerprint }: Lineage, nodes: readonly NodeTrust[]): string[] {
  if (step === 'single' || nextFingerprint === undefined) return [];
  const isReady = ({ authorities, heldMs }: NodeTrust): boolean =>
    step === 'begin'
      ? authorities.includes(nextFingerprint)
      : authorities[0] === nextFingerprint && heldMs > limits.grantLifetimeMs;
  return nodes.filter((node) => !isReady(node)).map(({ nodeId }) => nodeId);
}

/** Undefined: the step may be made. `isForced` makes it in spite of nodes, never out of order. */
export function refusalOf(
  lineage: Lineage,
  o: { readonly wanted: RotationStep; readonly nodes: readonly NodeTrust[]; readonly isForced: boolean },
): StepRefusal | undefined {
  const { step } = lineage;
  const next = nextStep(step);
  if (o.wanted !== next)
    return { code: 'OUT_OF_ORDER', message: `the step is ${step}: the next one is ${next}`, nodeIds: [] };
  const nodeIds = o.isForced ? [] : waitedFor(lineage, o.nodes);
  if (nodeIds.length === 0) return undefined;
  const what = step === 'begin' ? 'do not trust the next authority yet' : 'had certificates of the old one just now';
  return { code: 'AUTHORITY_IN_USE', message: `${nodeIds.length} nodes ${what}: ${saying(nodeIds)}`, nodeIds };
}

/** Names in a message; all are beside it. */
const NAMES_MAX = 10;
const saying = (nodeIds: readonly string[]): string =>
  nodeIds.slice(0, NAMES_MAX).join(', ') + (nodeIds.length > NAMES_MAX ? ' …' : '');
