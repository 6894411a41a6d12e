// A line of chat in a meeting is a reliable data message of one topic: JSON {id, text}. In a show it is a post. Pure.

export const chatTopic = 'meridian.chat';

export interface ChatLine {
  /** Of the sender's choice. */
  readonly id: string;
  readonly text: string;
}

export const chatPayloadOf = ({ id, text }: ChatLine): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ id, text }));

/** Undefined for bytes that are no line of chat. */
export function chatLineOf(payload: Uint8Array): ChatLine | undefined {
  try {
    const { id, text } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as Record<
      string,
      unknown
    >;
    return typeof id === 'string' && typeof text === 'string' && text !== '' ? { id, text } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
