// Translates our chat (lines of meetings, posts of shows) to and from the three forms of LiveKit's SDKs:
// - a text stream of the topic `lk.chat` (components-core chat.ts; `sendText` of all SDKs),
// - a data message of `lk-chat-topic` (Python's ChatManager; older components); newer ones skip it by `ignoreLegacy`,
// - a ChatMessage packet (`sendChatMessage` and `RoomEvent.ChatMessage`).
import {
  ChatMessage,
  DataPacket,
  DataStream_Chunk,
  DataStream_Header,
  DataStream_TextHeader,
  DataStream_Trailer,
  UserPacket,
} from '@livekit/protocol';
import { isPostText, limits } from '@meridian/protocol';

export const chatTopic = 'lk.chat';
export const legacyChatTopic = 'lk-chat-topic';
export const legacyChatUpdateTopic = 'lk-chat-update-topic';

/** A text that is longer than a post is split into at most this many posts. */
export const postsPerMessageMax = 4;
/** UTF-8 bytes of a message's text, which a chat line carries; longer messages are dropped. */
export const chatBytesMax = limits.dataBytesMax;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Splits a message into texts of posts, without forbidden characters: [] if it is invisible, undefined if too long. */
export function postTextsOf(message: string): string[] | undefined {
  const plain = message
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/[^\n\P{Cc}]|[\u2028-\u202e\u2066-\u2069]/gu, '');
  const characters = [...plain];
  if (characters.length > postsPerMessageMax * limits.postLengthMax) return undefined;
  const count = Math.ceil(characters.length / limits.postLengthMax);
  const texts = Array.from({ length: count }, (_, index) =>
    characters.slice(index * limits.postLengthMax, (index + 1) * limits.postLengthMax).join(''),
  );
  return texts.filter((text) => isPostText(text, limits.postLengthMax, true));
}

/** Parses a message of the older form; undefined: malformed. The flag says that the message also has a newer form. */
export function legacyChatOf(
  payload: Uint8Array,
): { readonly id: string; readonly message: string; readonly hasNewerForm: boolean } | undefined {
  try {
    const { id, message, ignoreLegacy } = Object(JSON.parse(decoder.decode(payload))) as Record<string, unknown>;
    if (typeof message !== 'string') return undefined;
    return { id: typeof id === 'string' ? id : '', message, hasNewerForm: ignoreLegacy === true };
  } catch {
    return undefined;
  }
}

/** Returns the packets of a chat message in sending order; their sender is not set yet. */
export function chatPacketsOf({
  id,
  text,
  wallMs,
}: {
  readonly id: string;
  readonly text: string;
  readonly wallMs: number;
}): DataPacket[] {
  if (text === '') return [];
  const timestamp = BigInt(Math.floor(wallMs));
  const content = encoder.encode(text);
  const header = new DataStream_Header({
    streamId: id,
    timestamp,
    topic: chatTopic,
    mimeType: 'text/plain',
    totalLength: BigInt(content.byteLength),
    contentHeader: { case: 'textHeader', value: new DataStream_TextHeader() },
  });
  const legacy = { id, timestamp: Math.floor(wallMs), message: text, ignoreLegacy: true };
  const payload = encoder.encode(JSON.stringify(legacy));
  return [
    new DataPacket({ value: { case: 'streamHeader', value: header } }),
    new DataPacket({
      value: { case: 'streamChunk', value: new DataStream_Chunk({ streamId: id, chunkIndex: 0n, content }) },
    }),
    new DataPacket({ value: { case: 'streamTrailer', value: new DataStream_Trailer({ streamId: id }) } }),
    new DataPacket({ value: { case: 'user', value: new UserPacket({ topic: legacyChatTopic, payload }) } }),
    new DataPacket({
      value: { case: 'chatMessage', value: new ChatMessage({ id, timestamp, message: text }) },
    }),
  ];
}
