// What the centre needs from the outside, as types.
import type { Machine } from './core/autoscale/types.ts';

/** Where an address is, as one source says it. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number;
  readonly source: string;
  readonly label: string;
  readonly countryCode: string;
}

export interface Geo {
  /** Undefined for what is no public address, or when no source knows it. Never throws. */
  locate(ip: string): Place | undefined;
  /** Number of the autonomous system; undefined: no database names it. Never throws. */
  asnOf?(ip: string): number | undefined;
}

/** One database of locations, as the administrator sees it. */
export interface DatabaseStatus {
  readonly source: string;
  readonly file: string;
  readonly isInUse: boolean;
  readonly builtAt: string | null; // of what is in use
  readonly ageDays: number | null;
  readonly isStale: boolean;
  readonly loadedAt: string | null;
  readonly problem: string | null; // of the file as it is now; what is in use stays in use
  readonly refusals: number;
}

/** One scheduled refresh of such a database's file. */
export interface RefreshStatus {
  readonly file: string;
  readonly cron: string;
  readonly lastSuccessAt: string | null; // since this process started
  readonly problem: string | null; // of the last attempt
}

/**
 * Who makes and removes machines. Every verb may be repeated: what is so already is no error. `epoch`: of the term
 * under which it is asked; machines are asked for and ordered under none that is lower than one before (`EPOCH_STALE`).
 */
export interface ScaleDriver {
  readonly name: string;
  /** What it has made and not removed yet. Rejects when it cannot tell. */
  list(epoch: number): Promise<readonly Machine[]>;
  /** Resolves when the order is taken, not when the node serves. */
  start(nodeId: string, region: string, epoch: number): Promise<void>;
  /** Removes a node that serves nobody. */
  stop(nodeId: string, epoch: number): Promise<void>;
  /** No new participants on the node (reason given), or again: the centre's own word to its node. */
  drain(nodeId: string, reason: string | undefined): Promise<void>;
}

/** Small durable strings: what must outlive the centre's process. */
export interface Store {
  /**
   * Everything that must not be forgotten, whole; rejects when it cannot be had so. Of what is learnt of clients'
   * networks, what there is room for.
   */
  load(): Promise<[key: string, value: string][]>;
  /** Resolves when the value outlives a kill of this process. `ttlMs`: it may be forgotten after that. */
  put(key: string, value: string, o?: { ttlMs: number }): Promise<void>;
  remove(key: string): Promise<void>;
  /** True: what has outlived its `ttlMs` goes by itself; else it stays until it is removed. */
  readonly forgets?: boolean;
  close(): Promise<void>;
}

/**
 * One round trip of a client: to a signaling node (by an echo that the signaling node measured), or to its media node
 * (by the client's own statistics).
 */
export type AccessTime =
  | { readonly signalingId: string; readonly rttMs: number }
  | { readonly nodeId: string; readonly rttMs: number };

/** What one session measured, as its signaling node tells it. */
export interface AccessTiming {
  /** Who tells. */
  readonly signalingId: string;
  /** As the signaling node sees it: of the socket, or named by a proxy that the operator trusts. */
  readonly clientIp: string;
  /**
   * The place it pretends (development), else ''. The times are then of the real place: nothing is to be learned about
   * the pretended one.
   */
  readonly fromCity: string;
  readonly sessionId: string;
  readonly person: string;
  readonly roomKey: string;
  readonly times: readonly AccessTime[];
}

/** Learns where clients are in the network. Called often; returns at once and never throws. */
export interface AccessSink {
  timed(o: AccessTiming): void;
}
