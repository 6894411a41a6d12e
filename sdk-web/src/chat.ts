// Chat lines as data messages (base/protocol/src/chat-wire.ts).
import { MeridianClientError } from '@meridian/client';
import { chatLineOf, chatPayloadOf, limits } from '@meridian/protocol';
import type { ChatMessage } from './types.ts';

/** Encodes a chat line. Throws ARGUMENT_INVALID for an empty text, or DATA_TOO_LARGE. */
export function encodeChat(text: string, id: string, wallMs: number): { message: ChatMessage; payload: Uint8Array } {
  if (text.trim() === '') throw new MeridianClientError('ARGUMENT_INVALID', 'an empty message');
  const payload = chatPayloadOf({ id, text });
  if (payload.byteLength > limits.dataBytesMax) throw new MeridianClientError('DATA_TOO_LARGE');
  return { message: { id, text, wallMs }, payload };
}

/** Returns undefined for bytes that are not a chat message. */
export function decodeChat(payload: Uint8Array, wallMs: number): ChatMessage | undefined {
  const chatLine = chatLineOf(payload);
  return chatLine && { id: chatLine.id, text: chatLine.text, wallMs };
}
