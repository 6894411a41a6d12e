// Makes a request about a session at its media node (home), whose answer is returned, and during a move at its second
// home too.
import type { Rpc } from '@meridian/protocol';
import { ignoringErrors } from '../failures.ts';
import { atNode } from './at-node.ts';
import type { LocalSession, RoomRef } from './context.ts';

/** Makes the request at both homes. Throws the code of the session's node. */
export async function atHomes<Q, QP, A, AP>(
  client: Pick<LocalSession, 'context' | 'room' | 'nodeId'> & {
    readonly move: { readonly otherNodeId: string | undefined } | undefined;
  },
  kind: Rpc<Q, QP, A, AP>,
  build: (room: RoomRef) => NoInfer<QP>,
): Promise<A> {
  const { context, room, nodeId, move } = client;
  const otherHomeId = move?.otherNodeId;
  if (otherHomeId !== undefined)
    atNode(context, room, otherHomeId, kind, build).catch(
      ignoringErrors(context.log, 'the other home of a session that moves did not follow a request'),
    );
  return atNode(context, room, nodeId, kind, build);
}
