// Sends newcomers what was said before, and takes it when one has come anew.
import { type Participant, type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import { decodeHistory, encodeHistory, historyTopic, teller } from '../core/chat-history.ts';
import type { ChatLine } from '../core/model.ts';

/** It comes at once; later it would be somebody's invention. */
const TAKEN_MS = 15_000;

interface HistoryListener {
  chat(): readonly ChatLine[];
  heard(lines: readonly ChatLine[]): void;
}

type On = <K extends keyof RoomEventMap>(event: K, heard: (...args: RoomEventMap[K]) => void) => void;

/** Attaches both to a room that is about to be joined. */
export function bindHistory(room: Room, on: On, listener: HistoryListener): void {
  const beginMs = performance.now();
  on(RoomEvent.ParticipantConnected, (newcomer) => {
    const here = [room.localParticipant, ...room.remoteParticipants.values()].filter(mayTell);
    const others = here.filter((one) => one !== newcomer).map(presentOf);
    if (teller(others)?.one !== room.localParticipant) return;
    for (const message of encodeHistory(listener.chat())) {
      const options = { topic: historyTopic, destinationIdentities: [newcomer.identity] };
      // Who came has gone again, or we have: nobody is left to miss it.
      room.localParticipant.publishData(message, options).catch((error: unknown) => console.debug(error));
    }
  });
  on(RoomEvent.DataReceived, (payload, participant, topic) => {
    if (topic !== historyTopic || participant === undefined || performance.now() - beginMs > TAKEN_MS) return;
    if (participant.joinedAt.getTime() <= room.localParticipant.joinedAt.getTime())
      listener.heard(decodeHistory(payload));
  });
}

const mayTell = ({ kind, permissions }: Participant): boolean =>
  kind === 'standard' && permissions.canPublishData && !permissions.hidden;
const presentOf = (one: Participant) => ({ one, sessionId: one.sessionId, joinedWallMs: one.joinedAt.getTime() });
