// An orphan is a session whose signaling node has lost its link to this node. The session waits
// `limits.orphanSessionMs` for that node to return or for another to adopt it. At the end of the wait the session is:
// - `kept` if its signaling node is linked again and is the same incarnation as before the link broke (a flap)
// - `detached` otherwise: no signaling node, or a restarted signaling node that has forgotten its clients. While media
//   flows, the session waits again (session-lease.ts).
// The wait ends early when the session's signaling node sends a request for it, or another signaling node adopts it.

export interface OrphanView {
  readonly signalingLinked: boolean;
  /** Incarnation in the plan while the link was up; '' when the plan did not list the node. */
  readonly signalingIncarnationThen: string;
  /** Incarnation in the present plan; '' when the plan does not list the node. */
  readonly signalingIncarnationNow: string;
}

export function judgeOrphan(view: OrphanView): 'kept' | 'detached' {
  return view.signalingLinked && view.signalingIncarnationThen === view.signalingIncarnationNow ? 'kept' : 'detached';
}
