// Chat messages are reliable data messages of one topic: JSON {id, text}.

import { MeridianClientError } from '@meridian/client';
import { limits } from '@meridian/protocol';
import type { ChatMessage } from './types.ts';

export const chatTopic = 'meridian.chat';

/** The message and its bytes. Throws ARGUMENT_INVALID when empty, DATA_TOO_LARGE. */
export function encodeChat(text: string, id: string, wallMs: number): { message: ChatMessage; payload: Uint8Array } {
  if (text.trim() === '') throw new MeridianClientError('ARGUMENT_INVALID', 'an empty message');
  const payload = new TextEncoder().encode(JSON.stringify({ id, text }));
  if (payload.byteLength > limits.dataBytesMax) throw new MeridianClientError('DATA_TOO_LARGE');
  return { message: { id, text, wallMs }, payload };
}

/** undefined for bytes that are no chat message of ours. */
export function decodeChat(payload: Uint8Array, wallMs: number): ChatMessage | undefined {
  try {
    const { id, text } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as Record<
      string,
      unknown
    >;
    return typeof id === 'string' && typeof text === 'string' && text !== '' ? { id, text, wallMs } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
