// Translates data, chat and calls between LiveKit's data channel packets and our frames.
//
// Case 1: a user's packet becomes our data message of its topic.
// Case 2: chat to all, in any of its three forms, becomes a chat line, in a show a post; other chat follows case 4.
// Case 3: packets and streams of calls become our data messages about calls (rpc-packets.ts, rpc-streams.ts).
// Case 4: any other packet between participants becomes a data message of the topic `livekit.packet`, whose payload is
//         the packet without sender and receivers.
// Case 5: packets that only servers send, and malformed or too large packets, are dropped.
// The sender of a packet to the client is always the session that sent it, whatever the packet claims.
import { type ChatMessage, DataPacket, DataStream_OperationType, UserPacket } from '@livekit/protocol';
import {
  characterCount,
  chatLineOf,
  chatTopic as chatLineTopic,
  chatPayloadOf,
  isRpc,
  isRpcPart,
  limits,
  postFromWire,
  rpcMessageOf,
  type wire,
} from '@meridian/protocol';
import {
  chatPacketsOf,
  chatTopic,
  legacyChatOf,
  legacyChatTopic,
  legacyChatUpdateTopic,
  postTextsOf,
} from './chat-packets.ts';
import { type ChatStreamResult, ChatStreams } from './chat-streams.ts';
import { memoize } from './memoize.ts';
import { type DropReason, decodePassedOn, packetTopic, type SentPacket, withSender } from './passed-packets.ts';
import type { ClientMessage } from './requests.ts';
import {
  ackOf,
  ackPacket,
  callOf,
  errorPacket,
  failedAnswer,
  type RpcOutgoing,
  resultOf,
  rpcErrors,
  rpcPacketOf,
} from './rpc-packets.ts';
import { type RpcStreamPacket, RpcStreams, rpcStreamPacketOf, rpcWholeOf } from './rpc-streams.ts';
import type { ShownRoom } from './shown-room.ts';

export interface Outgoing {
  /** Messages to our service, in order. */
  readonly messages: readonly ClientMessage[];
  /** Packets that go straight back to the client when a call cannot be made. */
  readonly packets: readonly SentPacket[];
  /** Topic of a message that ends the call or result of which this message is a part, if it has to be given up. */
  readonly cutTopic?: string;
  /** Reason for dropping the packet. Absent if it was sent, or is part of a stream that is not complete yet. */
  readonly dropped?: DropReason;
}
export interface Incoming {
  readonly packets: readonly SentPacket[];
  readonly dropped?: DropReason;
}

type Room = Pick<ShownRoom, 'byIdentity' | 'isShow' | 'participant' | 'self'>;
/** Session ids of the receivers; undefined: the packet names receivers, but none is present. */
type Receivers = readonly string[] | 'all' | undefined;

/** Packets of a single client, with its chat streams until they are complete. */
export class PacketTranslator {
  readonly #room: Room;
  readonly #chat = new ChatStreams();
  readonly #rpc = new RpcStreams();

  constructor(room: Room) {
    this.#room = room;
  }

  /** Translates a packet from a data channel of the client. `nowMs` is monotonic. */
  fromClient(packet: DataPacket, { lossy, nowMs }: { readonly lossy: boolean; readonly nowMs: number }): Outgoing {
    const { value } = packet;
    const identities = namedIdentities(packet);
    if (identities.length > limits.destinationsMax) return drop('destinations');
    const receivers = this.#receivers(packet, identities);
    switch (value.case) {
      case 'user':
        return this.#user(value.value, receivers, lossy);
      case 'chatMessage':
        return receivers === 'all' ? this.#chatMessage(value.value) : passOn(packet, receivers, lossy);
      case 'streamHeader': {
        const whole = rpcWholeOf(value.value);
        if (whole !== undefined)
          return rpcStream(this.#rpc.header(whole, value.value, onlyOf(receivers)), identities[0] ?? '');
        if (!isPublicChat(packet, receivers)) return passOn(packet, receivers, lossy);
        return this.#chatResult(value.value.streamId, this.#chat.header(value.value, nowMs));
      }
      case 'streamChunk':
        if (this.#rpc.has(value.value.streamId)) return rpcStream(this.#rpc.chunk(value.value), '');
        if (!this.#chat.has(value.value.streamId)) return passOn(packet, receivers, lossy);
        return this.#chatResult(value.value.streamId, this.#chat.chunk(value.value));
      case 'streamTrailer':
        if (this.#rpc.has(value.value.streamId)) return rpcStream(this.#rpc.trailer(value.value), '');
        if (!this.#chat.has(value.value.streamId)) return passOn(packet, receivers, lossy);
        return this.#chatResult(value.value.streamId, this.#chat.trailer(value.value));
      case 'rpcRequest':
        return call(value.value.id, callOf(value.value), receivers, identities[0] ?? '');
      case 'rpcAck':
        return answer(ackOf(value.value), receivers);
      case 'rpcResponse':
        return answer(resultOf(value.value), receivers);
      case 'transcription':
      case 'metrics':
      case 'sipDtmf':
      case 'encryptedPacket':
        return passOn(packet, receivers, lossy);
      default: // 'speaker', which only servers send, or an unknown kind
        return drop('kind');
    }
  }

  /** Translates a data message of another participant or of the service. */
  fromRoom(received: wire.DataReceived.$Properties): Incoming {
    return incomingOf(received);
  }

  /** Translates posts of others into chat; the client's own posts are not repeated. */
  posts({ posts }: wire.Posts.$Properties): Incoming {
    const { self } = this.#room;
    const ofOthers = (posts ?? []).filter(({ identity }) => identity !== self.identity);
    return { packets: ofOthers.flatMap((post) => packetsOfPost(post, this.#room)) };
  }

  #user({ topic = '', payload }: UserPacket, receivers: Receivers, lossy: boolean): Outgoing {
    if (topic === packetTopic || isRpc(topic) || characterCount(topic) > limits.topicLengthMax) return drop('topic');
    if (receivers === 'all' && topic === legacyChatUpdateTopic) return drop('chat_edit');
    if (receivers !== 'all' || topic !== legacyChatTopic) return send({ topic, payload, lossy }, receivers);
    const chat = legacyChatOf(payload);
    if (chat === undefined) return drop('chat_malformed');
    return chat.hasNewerForm ? nothing : this.#sendChat(chat.id, chat.message);
  }

  #chatMessage({ id, message, deleted, editTimestamp }: ChatMessage): Outgoing {
    return deleted || editTimestamp !== undefined ? drop('chat_edit') : this.#sendChat(id, message);
  }

  #chatResult(streamId: string, result: ChatStreamResult): Outgoing {
    if (result.type === 'more') return nothing;
    return result.type === 'dropped' ? drop(result.why) : this.#sendChat(streamId, result.text);
  }

  #sendChat(id: string, message: string): Outgoing {
    return this.#room.isShow ? postsOf(message) : lineOf(id, message);
  }

  #receivers(packet: DataPacket, identities: readonly string[]): Receivers {
    const sids = packet.value.case === 'user' ? packet.value.value.destinationSids : [];
    if (identities.length === 0 && sids.length === 0) return 'all';
    const bySid = sids.slice(0, limits.destinationsMax).filter((sid) => this.#room.participant(sid) !== undefined);
    const sessions = new Set([...identities.flatMap((name) => this.#room.byIdentity(name)?.sessionId ?? []), ...bySid]);
    return sessions.size === 0 || sessions.size > limits.destinationsMax ? undefined : [...sessions];
  }
}

/** The result is the same for all receivers. */
const incomingOf = memoize(
  ({ sessionId, identity, payload, topic, lossy, wallMs }: wire.DataReceived.$Properties): Incoming => {
    const sender = { sid: sessionId ?? '', identity: identity ?? '' };
    const bytes = payload ?? new Uint8Array();
    const by = (packet: DataPacket): Incoming => ({ packets: [withSender(sender, packet, lossy ?? false)] });
    if (isRpc(topic ?? '')) {
      const message = rpcMessageOf(topic ?? '');
      const about = { payload: bytes, sid: sender.sid, wallMs: Number(wallMs ?? 0) };
      const packet = message && (isRpcPart(message) ? rpcStreamPacketOf(message, about) : rpcPacketOf(message, bytes));
      return packet === undefined ? { packets: [], dropped: 'rpc_malformed' } : by(packet);
    }
    const line = topic === chatLineTopic ? chatLineOf(bytes) : undefined;
    if (line !== undefined) {
      const id = line.id || `${sender.sid}-${wallMs ?? 0}`; // SDKs merge lines of the same id
      const packets = chatPacketsOf({ id, text: line.text, wallMs: Number(wallMs ?? 0) });
      return { packets: packets.map((packet) => withSender(sender, packet, false)) };
    }
    if (topic !== packetTopic) {
      const user = new UserPacket({ payload: bytes, ...(topic ? { topic } : {}) });
      return by(new DataPacket({ value: { case: 'user', value: user } }));
    }
    const packet = decodePassedOn(bytes);
    return typeof packet === 'string' ? { packets: [], dropped: packet } : by(packet);
  },
);

const packetsOfPost = memoize((wirePost: wire.Post.$Properties, room: Room): SentPacket[] => {
  const { kind, identity, postId: id, text, wallMs } = postFromWire(wirePost);
  if (kind === 'gift') return []; // a gift has no text
  const sender = { identity, sid: room.byIdentity(identity)?.sessionId ?? '' };
  return chatPacketsOf({ id, text, wallMs }).map((packet) => withSender(sender, packet, false));
});

const nothing: Outgoing = { messages: [], packets: [] };
const drop = (dropped: DropReason): Outgoing => ({ ...nothing, dropped });

/** Older clients name receivers in the user's packet. */
const namedIdentities = ({ destinationIdentities, value }: DataPacket): readonly string[] =>
  destinationIdentities.length > 0 || value.case !== 'user' ? destinationIdentities : value.value.destinationIdentities;

/** Returns whether a packet is a new chat text to all; any other stream or edit is passed on as a packet. */
function isPublicChat({ value }: DataPacket, receivers: Receivers): boolean {
  if (receivers !== 'all' || value.case !== 'streamHeader' || value.value.topic !== chatTopic) return false;
  const { contentHeader: header } = value.value;
  return header.case === 'textHeader' && header.value.operationType === DataStream_OperationType.CREATE;
}

function lineOf(id: string, text: string): Outgoing {
  if (text.trim() === '') return drop('chat_empty');
  const payload = chatPayloadOf({ id, text });
  if (payload.byteLength > limits.dataBytesMax) return drop('chat_too_long');
  return send({ topic: chatLineTopic, payload, lossy: false }, 'all');
}

function postsOf(message: string): Outgoing {
  const texts = postTextsOf(message);
  if (texts === undefined) return drop('chat_too_long');
  if (texts.length === 0) return drop('chat_empty');
  return { ...nothing, messages: texts.map((text) => ({ sendPost: { kind: 'chat', text } })) };
}

function send(
  data: { readonly topic: string; readonly payload: Uint8Array; readonly lossy: boolean },
  receivers: Receivers,
): Outgoing {
  if (receivers === undefined) return drop('recipient_unknown');
  if (data.payload.byteLength > limits.dataBytesMax) return drop('data_too_large');
  const destinationSessionIds = receivers === 'all' ? [] : [...receivers];
  return { ...nothing, messages: [{ sendData: { ...data, destinationSessionIds } }] };
}

function passOn({ value }: DataPacket, receivers: Receivers, lossy: boolean): Outgoing {
  return send({ topic: packetTopic, payload: new DataPacket({ value }).toBinary(), lossy }, receivers);
}

const onlyOf = (receivers: Receivers): string | undefined => (receivers === 'all' ? undefined : receivers?.[0]);

/** Translates a call, which has a single receiver. */
function call(id: string, outgoing: RpcOutgoing, receivers: Receivers, identity: string): Outgoing {
  const session = onlyOf(receivers);
  if (outgoing.ok && session !== undefined)
    return send({ topic: outgoing.topic, payload: outgoing.payload, lossy: false }, [session]);
  const { code, message } = outgoing.ok ? rpcErrors.recipientNotFound : outgoing;
  // Native SDKs ignore an answer without an acknowledgement.
  const answers = [ackPacket(id), errorPacket(id, { code, message })];
  const sender = { sid: session ?? '', identity };
  return { ...nothing, packets: answers.map((packet) => withSender(sender, packet, false)) };
}

function answer(outgoing: RpcOutgoing | undefined, receivers: Receivers): Outgoing {
  if (outgoing?.ok !== true) return drop('rpc_malformed');
  const { topic, payload } = outgoing;
  return send({ topic, payload, lossy: false }, receivers === 'all' ? undefined : receivers);
}

/** Translates a packet of a stream of calls; `identity`: its receiver, for an error that comes at once. */
function rpcStream(packet: RpcStreamPacket, identity: string): Outgoing {
  const { whole, id, outgoing, receiver, cutTopic, displaced } = packet;
  const receivers = receiver === undefined ? undefined : [receiver];
  if (outgoing === undefined) return drop('rpc_malformed');
  const out =
    whole === 'call'
      ? call(id, outgoing, receivers, identity)
      : answer(outgoing.ok ? outgoing : failedAnswer(id), receivers);
  const cut = displaced && sendTo(displaced.receiver, displaced.topic);
  return { ...out, messages: [...(cut ?? []), ...out.messages], ...(cutTopic !== undefined && { cutTopic }) };
}

const sendTo = (receiver: string, topic: string): readonly ClientMessage[] =>
  send({ topic, payload: new Uint8Array(), lossy: false }, [receiver]).messages;
