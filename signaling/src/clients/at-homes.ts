// A request about a session to the media node where it lives, and while it moves to its other home too. What the home
// answers counts; the other home may not know yet, or not any more, what it is about.
import type { Rpc } from '@meridian/protocol';
import { ignoringErrors } from '../failures.ts';
import { atNode } from './at-node.ts';
import type { LocalSession, RoomRef } from './context.ts';

/** Throws the code of the session's node. */
export async function atHomes<Q, QP, A, AP>(
  client: Pick<LocalSession, 'context' | 'room' | 'nodeId'> & {
    readonly move: { readonly otherNodeId: string | undefined } | undefined;
  },
  kind: Rpc<Q, QP, A, AP>,
  build: (room: RoomRef) => NoInfer<QP>,
): Promise<A> {
  const { context, room, nodeId, move } = client;
  const other = move?.otherNodeId;
  if (other !== undefined)
    atNode(context, room, other, kind, build).catch(
      ignoringErrors(context.log, 'the other home of a session that moves did not follow a request'),
    );
  return atNode(context, room, nodeId, kind, build);
}
