// What was said before one came: a newcomer asks the participant that has been in the room longest, which sends it,
// newest first, in messages that fit. It is lost once all have left. Pure.
import type { ChatLine } from './model.ts';

export const historyTopic = 'meridian.chat-history';
export const askTopic = 'meridian.chat-history-ask';
export const HISTORY_LINES_MAX = 200;
/** Of one message, below the protocol's 15 KiB. */
const MESSAGE_BYTES_MAX = 14 * 1024;
/** Of all: a burst that leaves the sender's own data room. */
const MESSAGES_MAX = 8;
const TEXT_MAX = 4000;
const NAME_MAX = 128;

type Kept = Pick<ChatLine, 'id' | 'identity' | 'name' | 'text' | 'wallMs'>;

/** The messages for a newcomer: the newest lines that everybody has, as many as fit. */
export function encodeHistory(lines: readonly ChatLine[]): Uint8Array[] {
  const encoder = new TextEncoder();
  const messages: Uint8Array[] = [];
  let open: Kept[] = [];
  const close = (): void => {
    if (open.length > 0) messages.push(encoder.encode(JSON.stringify(open)));
    open = [];
  };
  const shared = lines.filter(({ privateWith }) => privateWith === undefined);
  let bytes = 0;
  for (const { id, identity, name, text, wallMs } of shared.slice(-HISTORY_LINES_MAX).reverse()) {
    const line: Kept = { id, identity, name, text, wallMs };
    const size = encoder.encode(JSON.stringify(line)).byteLength + 1;
    if (size > MESSAGE_BYTES_MAX) continue;
    if (bytes + size > MESSAGE_BYTES_MAX) {
      close();
      bytes = 0;
      if (messages.length === MESSAGES_MAX) return messages;
    }
    open.push(line);
    bytes += size;
  }
  close();
  return messages;
}

/** The lines of such a message; those that are none are left out. */
export function decodeHistory(payload: Uint8Array): ChatLine[] {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return [];
    throw error;
  }
  return Array.isArray(read) ? read.slice(0, HISTORY_LINES_MAX).flatMap(lineOf) : [];
}

function lineOf(value: unknown): ChatLine[] {
  const { id, identity, name, text, wallMs } = (value ?? {}) as Record<string, unknown>;
  const isText = (one: unknown, max: number): one is string =>
    typeof one === 'string' && one !== '' && one.length <= max;
  if (!isText(id, NAME_MAX) || !isText(identity, NAME_MAX) || !isText(name, NAME_MAX) || !isText(text, TEXT_MAX))
    return [];
  if (typeof wallMs !== 'number' || !Number.isFinite(wallMs)) return [];
  return [{ id, sessionId: '', identity, name, text, wallMs, local: false, earlier: true }];
}

interface Present {
  readonly sessionId: string;
  readonly joinedWallMs: number;
}

/** The participant to ask for it: the one that came first; of two at once the lesser id. */
export function teller<P extends Present>(present: readonly P[]): P | undefined {
  return [...present].sort((a, b) => a.joinedWallMs - b.joinedWallMs || (a.sessionId < b.sessionId ? -1 : 1))[0];
}
