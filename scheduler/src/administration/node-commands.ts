// Commands that take a node out of service: a cordon refuses new sessions, a drain also moves the present sessions
// away, an uncordon ends both. All may be repeated, survive a restart and a change of leader. They arrive at the
// centre's own HTTP, or at the api, which passes them on over its link.
import type { Centre } from '../centre/centre.ts';
import { AUTOSCALER_DRAIN } from '../fleet/core/fleet.ts';

export interface NodeCommandPorts {
  readonly centre: Pick<Centre, 'drain' | 'cordon'>;
  /** Informs the node; false: it has no link, and learns of the drain at its next registration. */
  sendDrain(nodeId: string, on: boolean, reason: string): Promise<boolean>;
  planChanged(): void;
}

/** Outcome of an order. `isInformed`: the node itself was informed at once. */
export type OrderOutcome =
  | { readonly ok: true; readonly isInformed: boolean }
  | { readonly ok: false; readonly code: 'NOT_FOUND' | 'REQUEST_INVALID'; readonly message: string };

const NO_NODE: OrderOutcome = { ok: false, code: 'NOT_FOUND', message: 'there is no such node' };

/** Drains the node, or (`on` false) ends its drain. REQUEST_INVALID: the reason has the autoscaler's prefix. */
export async function orderDrain(
  o: NodeCommandPorts,
  nodeId: string,
  on: boolean,
  reason: string,
): Promise<OrderOutcome> {
  if (reason.startsWith(AUTOSCALER_DRAIN)) {
    const message = `a reason that begins with "${AUTOSCALER_DRAIN}" is the autoscaler's`;
    return { ok: false, code: 'REQUEST_INVALID', message };
  }
  if (!(await o.centre.drain(nodeId, on ? reason : undefined))) return NO_NODE;
  return { ok: true, isInformed: await o.sendDrain(nodeId, on, reason) };
}

/** Only the centre acts on a cordon: the node itself is not informed. */
export async function orderCordon(o: NodeCommandPorts, nodeId: string, reason: string): Promise<OrderOutcome> {
  if (!(await o.centre.cordon(nodeId, reason))) return NO_NODE;
  o.planChanged();
  return { ok: true, isInformed: false };
}

/** Ends a cordon, and any drain, also one that the autoscaler ordered. */
export async function orderUncordon(o: NodeCommandPorts, nodeId: string): Promise<OrderOutcome> {
  if (!(await o.centre.cordon(nodeId, undefined))) return NO_NODE;
  await o.centre.drain(nodeId, undefined);
  o.planChanged();
  return { ok: true, isInformed: await o.sendDrain(nodeId, false, 'uncordoned') };
}
