// Makes a request about a room at a media node. A node that has seen a newer owner refuses with EPOCH_STALE: then this
// node finds that owner and asks again, once; if it is the outdated owner itself, it stops acting as owner.
import type { Rpc } from '@meridian/protocol';
import { codeOf } from '../failures.ts';
import type { ClientContext, RoomRef } from './context.ts';
import type { LocalRoom } from './local-room.ts';

/** Makes the request that `build` returns for the room's present owner and epoch. Throws the node's code. */
export async function atNode<Q, QP, A, AP>(
  context: ClientContext,
  room: LocalRoom,
  nodeId: string,
  kind: Rpc<Q, QP, A, AP>,
  build: (room: RoomRef) => NoInfer<QP>,
): Promise<A> {
  const ref = room.ref;
  try {
    return await context.nodes.call(nodeId, kind, build(ref));
  } catch (error) {
    if (codeOf(error) !== 'EPOCH_STALE') throw error;
    if (room.epoch <= ref.epoch) context.staleEpoch(ref);
    await room.awaitOwner();
    return context.nodes.call(nodeId, kind, build(room.ref));
  }
}
