// Private messages: data messages of their own topic to a single identity; no other participant gets them and no
// history keeps them.

export const privateTopic = 'meridian.chat-private';
const ID_MAX = 128;
const TEXT_MAX = 4000;

export interface PrivateMessage {
  readonly id: string;
  readonly text: string;
}

export const encodePrivate = ({ id, text }: PrivateMessage): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ id, text }));

export function decodePrivate(payload: Uint8Array): PrivateMessage | undefined {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
  const { id, text } = (read ?? {}) as Record<string, unknown>;
  const isText = (one: unknown, max: number): one is string =>
    typeof one === 'string' && one.trim() !== '' && one.length <= max;
  return isText(id, ID_MAX) && isText(text, TEXT_MAX) ? { id, text } : undefined;
}
