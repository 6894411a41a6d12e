// Where one data message goes. From a door: to the doors of this node's sessions and to the other nodes of the room.
// From a node: to the doors of this node's sessions only, so that no message goes in a circle. One message per door,
// with the sessions it is for: a client is attached to one node, so nobody gets it twice.
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

/** Door id -> sessions of this node behind it that are to get the message. The sender never gets its own. */
export function localDestinations(
  sessions: Iterable<{ readonly sessionId: string; readonly doorId: string }>,
  message: DataMessage,
): Map<string, string[]> {
  const wanted = message.destinationSessionIds.length > 0 ? new Set(message.destinationSessionIds) : undefined;
  const byDoor = new Map<string, string[]>();
  for (const { sessionId, doorId } of sessions) {
    if (sessionId === message.senderSessionId || (wanted !== undefined && !wanted.has(sessionId))) continue;
    const list = byDoor.get(doorId);
    if (list === undefined) byDoor.set(doorId, [sessionId]);
    else list.push(sessionId);
  }
  return byDoor;
}
