// Make before break: a track of this node gets a second source while the first still serves. A source is a pull from a
// carrier, or the publisher itself: its session moves here (pull -> published) or away (published -> pull).
// - `pulling`: this node has sent a pull to the new carrier; subscribers do not notice
// - `beside`: new consumers exist beside the old ones, every subscriber is informed (TrackMoved)
// - `done`: the old consumers and the old source are closed: all subscribers, and the nodes that pull the old source
//   from here, have changed over, or 5 s have passed
// - `failed`: the new carrier refused; the old source continues undisturbed
import type { Table } from '@meridian/protocol';

export type MoveState = 'pulling' | 'beside' | 'done' | 'failed';
export type MoveEvent = 'pulled' | 'refused' | 'allCommitted' | 'commitDeadline' | 'oldLost' | 'close';
export type MoveEffect = 'build' | 'startDeadline' | 'finish' | 'abandon';

/** Deadline of a move. A subscriber that has not decoded the new source by then is changed over all the same. */
export const moveCommitMs = 5000;

export const moveTable: Table<MoveState, MoveEvent, MoveEffect> = {
  pulling: {
    pulled: { next: 'beside', effects: ['startDeadline', 'build'] },
    refused: { next: 'failed', effects: ['abandon'] },
    close: { next: 'failed', effects: ['abandon'] },
  },
  beside: {
    allCommitted: { next: 'done', effects: ['finish'] },
    commitDeadline: { next: 'done', effects: ['finish'] },
    oldLost: { next: 'done', effects: ['finish'] },
    close: { next: 'done', effects: ['finish'] },
  },
  done: {},
  failed: {},
};
