// Where one data message goes. From a signaling node: to the signaling nodes of this node's sessions and to the other
// nodes of the room. From a node: to the signaling nodes of this node's sessions only, so that no message goes in a
// circle. One message per signaling node, with the sessions it is for: a client is attached to one node, so none
// gets it twice.
import { type ErrorCode, limits } from '@meridian/protocol';

export interface DataMessage {
  readonly senderSessionId: string;
  readonly payloadBytes: number;
  readonly topicLength: number;
  readonly lossy: boolean;
  readonly destinationSessionIds: readonly string[];
}

/** Why a message is not carried; undefined when it is. */
export function refuseData(message: DataMessage): ErrorCode | undefined {
  const bytesMax = message.lossy ? limits.lossyDataBytesMax : limits.dataBytesMax;
  if (message.payloadBytes > bytesMax) return 'DATA_TOO_LARGE';
  if (message.topicLength > limits.topicLengthMax) return 'REQUEST_INVALID';
  return message.destinationSessionIds.length > limits.destinationsMax ? 'REQUEST_INVALID' : undefined;
}

/** Signaling node id -> sessions of this node behind it that are to get the message. The sender never gets its own. */
export function localDestinations(
  sessions: Iterable<{ readonly sessionId: string; readonly signalingId: string }>,
  message: DataMessage,
): Map<string, string[]> {
  const wanted = message.destinationSessionIds.length > 0 ? new Set(message.destinationSessionIds) : undefined;
  const bySignalingId = new Map<string, string[]>();
  for (const { sessionId, signalingId } of sessions) {
    if (sessionId === message.senderSessionId || (wanted !== undefined && !wanted.has(sessionId))) continue;
    const list = bySignalingId.get(signalingId);
    if (list === undefined) bySignalingId.set(signalingId, [sessionId]);
    else list.push(sessionId);
  }
  return bySignalingId;
}
