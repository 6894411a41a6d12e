// A session whose link to its signaling node is gone waits limits.orphanSessionMs for a signaling node to adopt it. At
// the end of the wait the session is:
// - `kept` if its signaling node is linked again and is the same incarnation as before the link broke (a flap)
// - `detached` otherwise: no signaling node, or a restarted signaling node that has forgotten its clients. While media
//   flows, the session waits again (session-lease.ts).
// The wait ends early when its signaling node sends a request for it, or another signaling node adopts it.

export interface OrphanView {
  readonly signalingLinked: boolean;
  /** Incarnations in the plan while the link lived, and now; '' when the plan does not list the node. */
  readonly signalingIncarnationThen: string;
  readonly signalingIncarnationNow: string;
}

export function judgeOrphan(view: OrphanView): 'kept' | 'detached' {
  return view.signalingLinked && view.signalingIncarnationThen === view.signalingIncarnationNow ? 'kept' : 'detached';
}
