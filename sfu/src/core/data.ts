// Destinations of one data message. A message from a signaling node goes to the signaling nodes of this node's sessions
// and to the room's other media nodes. A message from another media node goes only to the signaling nodes of this
// node's sessions, so no message goes in a circle. Each signaling node gets one message that lists its sessions; a
// client is attached to one media node, so no client gets a message twice.
import { type ErrorCode, limits } from '@meridian/protocol';

export interface DataMessage {
  readonly senderSessionId: string;
  readonly payloadBytes: number;
  /** Characters (code points). */
  readonly topicLength: number;
  readonly lossy: boolean;
  readonly destinationSessionIds: readonly string[];
}

/**
 * Returns the error code of a refused message; undefined when the message may pass. The smaller bound on lossy messages
 * of our own clients is their signaling node's.
 */
export function refuseData(message: DataMessage): ErrorCode | undefined {
  if (message.payloadBytes > limits.dataBytesMax) return 'DATA_TOO_LARGE';
  if (message.topicLength > limits.topicLengthMax) return 'REQUEST_INVALID';
  return message.destinationSessionIds.length > limits.destinationsMax ? 'REQUEST_INVALID' : undefined;
}

/** Returns the receiving sessions by signaling node id, without the sender. */
export function localDestinations(
  sessions: Iterable<{ readonly sessionId: string; readonly signalingId: string }>,
  message: DataMessage,
): Map<string, string[]> {
  const destinations = message.destinationSessionIds.length > 0 ? new Set(message.destinationSessionIds) : undefined;
  const bySignalingId = new Map<string, string[]>();
  for (const { sessionId, signalingId } of sessions) {
    if (sessionId === message.senderSessionId || (destinations !== undefined && !destinations.has(sessionId))) continue;
    const list = bySignalingId.get(signalingId);
    if (list === undefined) bySignalingId.set(signalingId, [sessionId]);
    else list.push(sessionId);
  }
  return bySignalingId;
}
