// Decides whether this node takes one more session. The centre chooses the node of a session; the node only refuses a
// session that would hurt the sessions it already serves, or that it was ordered not to take.
import { type ErrorCode, limits } from '@meridian/protocol';

export interface AdmissionView {
  readonly draining: boolean;
  readonly serving: boolean; // the worker runs
  readonly sessions: number;
  readonly rooms: number;
  readonly roomKnown: boolean;
  readonly consumers: number;
  readonly consumersMax: number;
  readonly subscriptionsWanted: number;
  /** True when the session is attached here already and is being replaced. */
  readonly replaces: boolean;
}

/** Multiple of the claim at which the node refuses. Nodes broke at 1.1 to 1.2; beyond that, throughput collapses. */
const overfillFactor = 1.1;

/** Returns undefined when the session may attach, else the error code of the refusal. */
export function refuseSession(view: AdmissionView): ErrorCode | undefined {
  if (!view.serving) return 'WORKER_DIED';
  if (view.replaces) return undefined;
  if (view.draining) return 'NODE_DRAINING';
  if (view.sessions >= limits.sessionsPerNodeMax) return 'NO_CAPACITY';
  if (!view.roomKnown && view.rooms >= limits.roomsPerNodeMax) return 'NO_CAPACITY';
  return view.consumers + view.subscriptionsWanted > view.consumersMax * overfillFactor ? 'NO_CAPACITY' : undefined;
}
