// Reads the stints of a task: from the own store, or from the recorder that has them.
import { hasCode, type Store } from '@meridian/object-store';
import type { AssembleTask } from '@meridian/protocol';
import { AssembleError } from '../core/assembling/errors.ts';
import type { ReadRange } from '../stints/read-journals.ts';
import { PeerPages } from './peer-pages.ts';
import type { StintPeers } from './stint-peers.ts';

export interface StintSourcesOptions {
  readonly task: Pick<AssembleTask, 'recordingId' | 'stints'>;
  readonly tenant: string;
  /** Key prefix of the recording in the own store, ending with a slash. */
  readonly prefix: string;
  readonly store: Pick<Store, 'get' | 'head'>;
  readonly peers: Pick<StintPeers, 'read'>;
  readonly signal: AbortSignal;
}

/**
 * Returns a reader of the task's stints. It rejects with `AssembleError`: `STINT_UNREADABLE` for an object that is not
 * at its place and for a recorder that is away, `TASK_ABORTED`; otherwise as the store does.
 */
export async function openStints(o: StintSourcesOptions): Promise<ReadRange> {
  const { store, prefix, signal } = o;
  const places = new Map(o.task.stints.map((place) => [place.stintId, place]));
  const own = new Set<string>();
  const pages = new PeerPages(o.peers, { tenant: o.tenant, recordingId: o.task.recordingId });
  // Recorders that share a store read from it whatever holder is named.
  for (const { stintId, journals } of places.values())
    if ((await store.head(`${prefix}${stintId}/${journals[0]}`, { signal })) !== undefined) own.add(stintId);
  return async (path, from, bytes) => {
    if (signal.aborted) throw new AssembleError('TASK_ABORTED');
    const [stintId = '', name = ''] = path.split('/');
    const place = places.get(stintId);
    if (place === undefined) throw new AssembleError('STINT_UNREADABLE', `${path} is not in the task`);
    try {
      if (own.has(stintId)) return await store.get(`${prefix}${path}`, { range: { from, bytes }, signal });
      return await pages.read(place, name, from, bytes);
    } catch (error) {
      if (!hasCode(error, 'OBJECT_MISSING') && !isOfPeer(error)) throw error;
      throw new AssembleError('STINT_UNREADABLE', `${path}: ${(error as Error).message}`, { cause: error });
    }
  };
}

/** Codes of `StintPeers.read` after which only another holder helps. */
const peerCodes: readonly unknown[] = ['NODE_UNREACHABLE', 'OBJECT_MISSING', 'REQUEST_INVALID'];
const isOfPeer = (error: unknown): boolean => peerCodes.includes((error as { code?: unknown }).code);
