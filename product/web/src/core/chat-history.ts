// Chat history for newcomers: a newcomer asks the participant with the longest stay, who sends its lines, newest first,
// in messages below the size limit. The history is lost when everyone has left.
import type { ChatLine } from './model.ts';

export const historyTopic = 'meridian.chat-history';
export const historyRequestTopic = 'meridian.chat-history-ask';
export const HISTORY_LINES_MAX = 200;
/** Size limit of a message: small, so that other messages of the room do not wait behind it. */
const MESSAGE_BYTES_MAX = 14 * 1024;
/** Limit of all messages together: a burst that leaves room for the sender's own data. */
const MESSAGES_MAX = 8;
const TEXT_MAX = 4000;
const NAME_MAX = 128;

type SharedLine = Pick<ChatLine, 'id' | 'identity' | 'name' | 'text' | 'wallMs'>;

/** Encodes the newest public lines, as many as fit. */
export function encodeHistory(lines: readonly ChatLine[]): Uint8Array[] {
  const encoder = new TextEncoder();
  const messages: Uint8Array[] = [];
  let open: SharedLine[] = [];
  const close = (): void => {
    if (open.length > 0) messages.push(encoder.encode(JSON.stringify(open)));
    open = [];
  };
  const shared = lines.filter(({ privateWith }) => privateWith === undefined);
  let bytes = 0;
  for (const { id, identity, name, text, wallMs } of shared.slice(-HISTORY_LINES_MAX).reverse()) {
    const line: SharedLine = { id, identity, name, text, wallMs };
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

/** Decodes the lines of a message and drops malformed ones. */
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

/** Returns the participant to ask: the first that joined; on a tie the one with the lesser session id. */
export function historySender<P extends Present>(present: readonly P[]): P | undefined {
  return [...present].sort((a, b) => a.joinedWallMs - b.joinedWallMs || (a.sessionId < b.sessionId ? -1 : 1))[0];
}
