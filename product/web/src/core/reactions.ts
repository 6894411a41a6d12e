// Reactions: short signs on a participant's tile, sent as lossy data messages with the emoji as text.

export const reactionTopic = 'meridian.reaction';
export const reactions = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;
export type Reaction = (typeof reactions)[number];
export const REACTION_MS = 4000;

export const encodeReaction = (reaction: Reaction): Uint8Array => new TextEncoder().encode(reaction);

export function decodeReaction(payload: Uint8Array): Reaction | undefined {
  const text = payload.byteLength > 16 ? '' : new TextDecoder().decode(payload);
  return reactions.find((one) => one === text);
}

export interface ShownReaction {
  readonly reaction: Reaction;
  readonly untilMs: number;
}
export type ShownReactions = ReadonlyMap<string, ShownReaction>;

/** Adds a reaction, which replaces the session's last. */
export const withReaction = (
  shown: ShownReactions,
  sessionId: string,
  reaction: Reaction,
  nowMs: number,
): ShownReactions => new Map(shown).set(sessionId, { reaction, untilMs: nowMs + REACTION_MS });

/** Removes expired reactions; returns the same object when there are none. */
export function withoutExpired(shown: ShownReactions, nowMs: number): ShownReactions {
  const lasting = [...shown].filter(([, { untilMs }]) => untilMs > nowMs);
  return lasting.length === shown.size ? shown : new Map(lasting);
}
