// Private messages, sent as the SDK's data messages to a single identity.
import { MeridianClientError, type Participant, type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import type { ChatLine, ChatPeer } from '../core/model.ts';
import { decodePrivate, encodePrivate, privateTopic } from '../core/private-chat.ts';
import { randomText } from './random.ts';

type On = <K extends keyof RoomEventMap>(event: K, heard: (...args: RoomEventMap[K]) => void) => void;

/** Resolves with the line once the service has it. Rejects with PARTICIPANT_UNKNOWN when the recipient has left. */
export async function sendPrivately(room: Room, to: ChatPeer, text: string): Promise<ChatLine> {
  const { localParticipant: own } = room;
  const id = randomText(24);
  const session = (): string | undefined => room.getParticipantByIdentity(to.identity)?.sessionId;
  const before = session();
  await own.publishData(encodePrivate({ id, text }), { topic: privateTopic, destinationIdentities: [to.identity] });
  // The service reports no error when the recipient leaves meanwhile.
  if (before === undefined || session() !== before) throw new MeridianClientError('PARTICIPANT_UNKNOWN');
  return { ...lineOf(own, id, text), local: true, privateWith: to };
}

/** Calls the listener with each private message to this participant. */
export function bindPrivateChat(on: On, onMessage: (line: ChatLine) => void): void {
  on(RoomEvent.DataReceived, (payload, from, topic) => {
    const message = topic === privateTopic ? decodePrivate(payload) : undefined;
    if (message === undefined || from === undefined) return;
    const line = lineOf(from, `${from.sessionId}/${message.id}`, message.text);
    onMessage({ ...line, privateWith: { identity: line.identity, name: line.name } });
  });
}

const lineOf = ({ sessionId, identity, name }: Participant, id: string, text: string): ChatLine => ({
  id,
  sessionId,
  identity,
  name: name === '' ? identity : name,
  text,
  wallMs: Date.now(),
  local: false,
});
