// The shapes of the two kinds of rules. One rule is one file in filters/ or scores/, named in policy.ts.
import type { ClusterView, NodeView, PlaceWish } from './view.ts';

export interface Rejection {
  readonly hostId: string;
  readonly nodeId: string;
  readonly filter: string;
  readonly reason: string;
  readonly retryable: boolean; // the same request may pass this filter later
}

/** Says why a node must not take the session; undefined: it may. */
export interface Filter {
  readonly name: string;
  reject(view: ClusterView, want: PlaceWish, node: NodeView): { reason: string; retryable: boolean } | undefined;
}

/** One place where the session could go: a host with its nodes that passed every filter, or one of those nodes alone. */
export interface Candidate {
  readonly hostId: string;
  readonly nodes: readonly [NodeView, ...NodeView[]];
  readonly rttMs: number; // estimated, to the client
}

export interface ScoreContext {
  readonly view: ClusterView;
  readonly want: PlaceWish;
  readonly nearestRttMs: number; // of all candidates
}

/** 0 (worst) to 100 (best) with the reason in words. */
export interface Score {
  readonly name: string;
  score(context: ScoreContext, candidate: Candidate): { score: number; reason: string };
}
