// Requests the chat from before the join, and answers newcomers' requests. It is sent on request only, since a
// participant in the roster may not be ready to receive yet.
import { type Participant, type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import {
  decodeHistory,
  encodeHistory,
  historyRequestTopic,
  historySender,
  historyTopic,
} from '../core/chat-history.ts';
import type { ChatLine } from '../core/model.ts';

/** Time after a request in which an answer is accepted; a later one may be forged. */
const ANSWER_WITHIN_MS = 15_000;
/** Delay of the request, since media goes first after a join. */
const ASK_AFTER_MS = 1000;

interface HistoryListener {
  chat(): readonly ChatLine[];
  receive(lines: readonly ChatLine[]): void;
}

type On = <K extends keyof RoomEventMap>(event: K, heard: (...args: RoomEventMap[K]) => void) => void;

export function bindHistory(room: Room, on: On, listener: HistoryListener): void {
  let requestedMs = Number.NEGATIVE_INFINITY;
  /** Sessions that got an answer; each gets only one. */
  const answered = new Set<string>();
  const send = (payload: Uint8Array, topic: string, { identity }: Participant): void => {
    const options = { topic, destinationIdentities: [identity] };
    // Sending fails only if the recipient or this page has left the room; then the loss does not matter.
    room.localParticipant.publishData(payload, options).catch((error: unknown) => console.debug(error));
  };
  const ask = (): void => {
    const from = historySender([...room.remoteParticipants.values()].filter(canAnswer).map(presentOf))?.one;
    if (from === undefined || !room.localParticipant.permissions.canPublishData) return;
    requestedMs = performance.now();
    send(Uint8Array.of(1), historyRequestTopic, from);
  };
  const requestLater = (): void => void setTimeout(ask, ASK_AFTER_MS);
  if (room.state === 'connected') requestLater();
  on(RoomEvent.Connected, requestLater);
  on(RoomEvent.DataReceived, (payload, participant, topic) => {
    if (participant === undefined) return;
    if (topic === historyRequestTopic && !answered.has(participant.sessionId)) {
      answered.add(participant.sessionId);
      for (const message of encodeHistory(listener.chat())) send(message, historyTopic, participant);
    }
    if (topic !== historyTopic || performance.now() - requestedMs > ANSWER_WITHIN_MS) return;
    if (participant.joinedAt.getTime() <= room.localParticipant.joinedAt.getTime())
      listener.receive(decodeHistory(payload));
  });
  on(RoomEvent.ParticipantDisconnected, ({ sessionId }) => void answered.delete(sessionId));
}

const canAnswer = ({ kind, permissions }: Participant): boolean =>
  kind === 'standard' && permissions.canPublishData && !permissions.hidden;
const presentOf = (one: Participant) => ({ one, sessionId: one.sessionId, joinedWallMs: one.joinedAt.getTime() });
