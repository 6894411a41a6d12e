// Transports of a joining client, which its media node makes while the owner of the room, another signaling node,
// decides: the session takes them when it is attached, as it takes those of a Warm (ADR 0045).
import { rpc, type wire } from '@meridian/protocol';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { ClientContext } from './context.ts';

export interface TransportsAhead {
  /** Resolves when the transports are there, or are refused: the session makes its own then. Never rejects. */
  readonly settled: Promise<unknown>;
  /** Ends the transports that no session has taken. */
  drop(): void;
}

/** Has the media node make the transports of a session to come. */
export function openAhead(
  { nodes, log }: Pick<ClientContext, 'nodes' | 'log'>,
  {
    roomKey,
    sessionId,
    nodeId,
    join,
  }: { roomKey: string; sessionId: string; nodeId: string; join: wire.Join.$Properties },
): TransportsAhead {
  const { sendEndpoint = null, recvEndpoint = null } = join;
  const request = { sessionId, roomKey, sendEndpoint, recvEndpoint, livesMs: bounds.requestDeadlineMs };
  const settled = nodes
    .call(nodeId, rpc.warmUp, request)
    .catch((error: unknown) => log.debug({ roomKey, sessionId, nodeId, code: codeOf(error) }, 'no transports ahead'));
  return {
    settled,
    drop: () => {
      nodes
        .call(nodeId, rpc.warmUp, { sessionId, end: true })
        .catch(ignoringErrors(log, 'transports of a refused join could not be ended; they lapse'));
    },
  };
}

/** Returns whether a media node makes the transports of these endpoints before their session. */
export const canOpenAhead = ({ sendEndpoint, recvEndpoint }: wire.Join.$Properties): boolean =>
  [sendEndpoint, recvEndpoint].every((one) => one == null || isConnectable(one.webrtc));

const isConnectable = (webrtc: wire.WebRtcEndpoint.$Properties | null | undefined): boolean =>
  webrtc?.fingerprint != null && (webrtc.dataChannels ?? []).length === 0;
