// Reads the stints of a task: from the own store, or from the recorder that has them.
import { hasCode, type Store } from '@meridian/object-store';
import type { AssembleTask, StintPlace } from '@meridian/protocol';
import { AssembleError } from '../core/assembling/errors.ts';
import type { ReadRange } from '../stints/read-journals.ts';
import { STINT_READ_BYTES_MAX } from '../stints/stint-server.ts';
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
      return await readFromPeer(o, place, { name, from, bytes });
    } catch (error) {
      if (!hasCode(error, 'OBJECT_MISSING') && !isOfPeer(error)) throw error;
      throw new AssembleError('STINT_UNREADABLE', `${path}: ${(error as Error).message}`, { cause: error });
    }
  };
}

async function readFromPeer(
  { peers, tenant, task: { recordingId } }: StintSourcesOptions,
  { holder, stintId }: StintPlace,
  { name, from, bytes }: { readonly name: string; readonly from: number; readonly bytes: number },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes; ) {
    const wanted = Math.min(STINT_READ_BYTES_MAX, bytes - at);
    const part = await peers.read(holder, { tenant, recordingId, stintId, name, from: from + at, bytes: wanted });
    parts.push(part);
    at += part.length;
    if (part.length < wanted) break;
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** Codes of `StintPeers.read` after which only another holder helps. */
const peerCodes: readonly unknown[] = ['NODE_UNREACHABLE', 'OBJECT_MISSING', 'REQUEST_INVALID'];
const isOfPeer = (error: unknown): boolean => peerCodes.includes((error as { code?: unknown }).code);
