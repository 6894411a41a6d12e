// Asks for what was said before one came, and answers newcomers that ask. A participant in the roster may not be able
// to receive yet, so nothing is sent unasked.
import { type Participant, type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import { askTopic, decodeHistory, encodeHistory, historyTopic, teller } from '../core/chat-history.ts';
import type { ChatLine } from '../core/model.ts';

/** It comes at once; later it would be an invention. */
const TAKEN_MS = 15_000;
/** The first moment in a room belongs to its media. */
const ASK_AFTER_MS = 1000;

interface HistoryListener {
  chat(): readonly ChatLine[];
  heard(lines: readonly ChatLine[]): void;
}

type On = <K extends keyof RoomEventMap>(event: K, heard: (...args: RoomEventMap[K]) => void) => void;

/** Attaches both to a room that is about to be joined, or was joined just now. */
export function bindHistory(room: Room, on: On, listener: HistoryListener): void {
  let askedMs = Number.NEGATIVE_INFINITY;
  /** Sessions that have an answer: each gets one. */
  const answered = new Set<string>();
  const send = (payload: Uint8Array, topic: string, { identity }: Participant): void => {
    const options = { topic, destinationIdentities: [identity] };
    // One of both has gone: the message is not missed.
    room.localParticipant.publishData(payload, options).catch((error: unknown) => console.debug(error));
  };
  const ask = (): void => {
    const from = teller([...room.remoteParticipants.values()].filter(mayTell).map(presentOf))?.one;
    if (from === undefined || !room.localParticipant.permissions.canPublishData) return;
    askedMs = performance.now();
    send(Uint8Array.of(1), askTopic, from);
  };
  const askSoon = (): void => void setTimeout(ask, ASK_AFTER_MS);
  if (room.state === 'connected') askSoon();
  on(RoomEvent.Connected, askSoon);
  on(RoomEvent.DataReceived, (payload, participant, topic) => {
    if (participant === undefined) return;
    if (topic === askTopic && !answered.has(participant.sessionId)) {
      answered.add(participant.sessionId);
      for (const message of encodeHistory(listener.chat())) send(message, historyTopic, participant);
    }
    if (topic !== historyTopic || performance.now() - askedMs > TAKEN_MS) return;
    if (participant.joinedAt.getTime() <= room.localParticipant.joinedAt.getTime())
      listener.heard(decodeHistory(payload));
  });
  on(RoomEvent.ParticipantDisconnected, ({ sessionId }) => void answered.delete(sessionId));
}

const mayTell = ({ kind, permissions }: Participant): boolean =>
  kind === 'standard' && permissions.canPublishData && !permissions.hidden;
const presentOf = (one: Participant) => ({ one, sessionId: one.sessionId, joinedWallMs: one.joinedAt.getTime() });
