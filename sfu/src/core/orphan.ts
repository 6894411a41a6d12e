// A session whose signaling node's link is gone waits limits.orphanSessionMs for a signaling node to adopt it. At the
// end of the wait:
//   kept      its signaling node is linked again and is the same incarnation as before the link broke (it flapped)
//   detached  anything else: no signaling node, or one that restarted and has forgotten its clients. While media flows
//             it waits again (session-lease.ts).
// Before the end it is no orphan any more as soon as its signaling node asks something for it, or another signaling
// node adopts it.

export interface OrphanView {
  readonly signalingLinked: boolean;
  /** Incarnation of the signaling node by the plan while the link lived, and now; '' when the plan does not know it. */
  readonly signalingIncarnationThen: string;
  readonly signalingIncarnationNow: string;
}

export function judgeOrphan(view: OrphanView): 'kept' | 'detached' {
  return view.signalingLinked && view.signalingIncarnationThen === view.signalingIncarnationNow ? 'kept' : 'detached';
}
