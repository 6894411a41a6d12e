// A session whose door's link is gone waits limits.orphanSessionMs for somebody to come for it. At the end of the wait:
//   kept      its door is linked again and is the same incarnation as when the link broke (the link flapped)
//   detached  anything else: no door, or the door restarted and has forgotten its clients. While media flows it waits again (session-lease.ts).
// Before the end it is no orphan any more as soon as its door asks something for it, or another door adopts it.

export interface OrphanView {
  readonly doorLinked: boolean;
  /** Incarnation of the door by the plan when the link broke, and now; '' when the plan does not know the door. */
  readonly doorIncarnationThen: string;
  readonly doorIncarnationNow: string;
}

export function judgeOrphan(view: OrphanView): 'kept' | 'detached' {
  return view.doorLinked && view.doorIncarnationThen === view.doorIncarnationNow ? 'kept' : 'detached';
}
