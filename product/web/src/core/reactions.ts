// Reactions: a short sign on the tile of a participant. Lossy data messages of one topic, the emoji as text. Pure.

export const reactionTopic = 'meridian.reaction';
export const reactions = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;
export type Reaction = (typeof reactions)[number];
/** How long one is shown. */
export const REACTION_MS = 4000;

export const encodeReaction = (reaction: Reaction): Uint8Array => new TextEncoder().encode(reaction);

/** Undefined for what is none of ours. */
export function decodeReaction(payload: Uint8Array): Reaction | undefined {
  const text = payload.byteLength > 16 ? '' : new TextDecoder().decode(payload);
  return reactions.find((one) => one === text);
}

export interface ShownReaction {
  readonly reaction: Reaction;
  readonly untilMs: number;
}
export type ShownReactions = ReadonlyMap<string, ShownReaction>;

/** With one more by a session, in place of its last. */
export const withReaction = (
  shown: ShownReactions,
  sessionId: string,
  reaction: Reaction,
  nowMs: number,
): ShownReactions => new Map(shown).set(sessionId, { reaction, untilMs: nowMs + REACTION_MS });

/** Without those that are over; the same object when none is. */
export function withoutOver(shown: ShownReactions, nowMs: number): ShownReactions {
  const lasting = [...shown].filter(([, { untilMs }]) => untilMs > nowMs);
  return lasting.length === shown.size ? shown : new Map(lasting);
}
