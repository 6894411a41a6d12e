// Interfaces of the two kinds of rules. Each rule is a file in filters/ or scores/, named in policy.ts. Numbers and
// words are apart: a decision computes numbers only, an explanation the words as well.
import type { Approach, ClusterView, NodeView, PlaceRequest } from './view.ts';

export interface Rejection {
  readonly hostId: string;
  readonly nodeId: string;
  readonly filter: string;
  readonly reason: string;
  readonly retryable: boolean; // the same request may pass this filter later
}

export interface Filter {
  readonly name: string;
  /**
   * Inputs of a filter that reads little, so that it need not run every time. `request`: the only fields of the request
   * that it reads, beside the node; it refuses no session while each of them is undefined, '' or an empty list. 'node':
   * only the node's last report and commands (`NodeView.isSound`). Absent: the filter reads more, and always runs.
   */
  readonly looksAt?: 'node' | { readonly request: readonly (keyof PlaceRequest)[] };
  /** Whether the filter refuses for lack of capacity; the node, or a passed-over host, is then called full. */
  readonly meansFull?: true;
  reject(view: ClusterView, want: PlaceRequest, node: NodeView): { reason: string; retryable: boolean } | undefined;
}

/** Host that may take the session, with its nodes that pass every filter. */
export interface Candidate {
  readonly approach: Approach;
  readonly nodes: readonly [NodeView, ...NodeView[]];
  readonly utilisation: number;
  /** Σ over the room's members of the felt one-way delay from the newcomer; in an empty room: the delay to the host. */
  readonly feltMs: number;
}

/** Values shared by all candidates. */
export interface ScoreContext {
  readonly view: ClusterView;
  readonly want: PlaceRequest;
  /** Whether any candidate's site was timed; untimed sites are then guesses. */
  readonly hasTimed: boolean;
  /** Least round trip of the candidates that count: of timed ones if there are any. */
  readonly nearestRttMs: number;
  /** Least `feltMs` of the near and free candidates (near ones if none is free). */
  readonly leastFeltMs: number;
}

/** Score of a candidate, 0 (worst) to 100 (best), and its reason in words. */
export interface Score {
  readonly name: string;
  score(context: ScoreContext, candidate: Candidate): number;
  reason(context: ScoreContext, candidate: Candidate): string;
}
