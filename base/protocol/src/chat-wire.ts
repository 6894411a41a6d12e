// Chat of a meeting: reliable data messages under a topic, as JSON {id, text}. In a show, chat lines are posts.

export const chatTopic = 'meridian.chat';

export interface ChatLine {
  readonly id: string;
  readonly text: string;
}

export const chatPayloadOf = ({ id, text }: ChatLine): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ id, text }));

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
