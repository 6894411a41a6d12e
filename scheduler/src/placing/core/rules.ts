// The shapes of the two kinds of rules. One rule is one file in filters/ or scores/, named in policy.ts. Numbers and
// words are apart: a decision computes numbers only, an explanation the words as well.
import type { Approach, ClusterView, NodeView, PlaceRequest } from './view.ts';

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
  /**
   * All it looks at, where that is little, so that it need not be asked every time. `request`: all the fields of the
   * request that it reads (of the node it may read anything); it refuses no session when each of them is undefined, ''
   * or an empty list. 'node': what the node last reported and which commands it last got (`NodeView.isSound`). Absent:
   * more than that.
   */
  readonly looksAt?: 'node' | { readonly request: readonly (keyof PlaceRequest)[] };
  /** It refuses for want of capacity: the node, or a host that it makes a placement go beyond, is called full. */
  readonly meansFull?: true;
  reject(view: ClusterView, want: PlaceRequest, node: NodeView): { reason: string; retryable: boolean } | undefined;
}

/** One place where the session could go: a host with its nodes that passed every filter. */
export interface Candidate {
  readonly approach: Approach;
  readonly nodes: readonly [NodeView, ...NodeView[]];
  /** Of its least used node. */
  readonly utilisation: number;
  /**
   * Σ over the room's members of the one-way delay from the newcomer, as it is felt; in an empty room: the delay to the
   * host.
   */
  readonly feltMs: number;
}

/** What the candidates have in common. */
export interface ScoreContext {
  readonly view: ClusterView;
  readonly want: PlaceRequest;
  /** Whether any candidate's site was timed: then sites that were not are guesses. */
  readonly hasTimed: boolean;
  /** Least round trip of those that count: of timed ones if there are any. */
  readonly nearestRttMs: number;
  /** Least `feltMs` of the near and free candidates (near ones if none is free). */
  readonly leastFeltMs: number;
}

/** 0 (worst) to 100 (best), and the reason in words. */
export interface Score {
  readonly name: string;
  score(context: ScoreContext, candidate: Candidate): number;
  reason(context: ScoreContext, candidate: Candidate): string;
}
