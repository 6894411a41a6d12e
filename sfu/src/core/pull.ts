// Life of one pulled track on one node: one pull per (track, node), shared by every local subscriber.
// - `idle`: nothing requested yet
// - `pulling`: the carrier has not answered `pull` yet; all subscribers wait for its answer
// - `carried`: the producer exists, subscribers consume it
// - `lingering`: the last subscriber is gone; the producer stays for pullLingerMs, so that a toggle costs nothing
// - `released`: the pull has ended; a later subscriber begins a new one
import type { Table } from '@meridian/protocol';

export type PullState = 'idle' | 'pulling' | 'carried' | 'lingering' | 'released';
export type PullEvent =
  | 'wanted' // a local subscriber came
  | 'unwanted' // the last local subscriber left
  | 'pulled' // the carrier answered and the producer exists
  | 'failed' // the carrier refused or did not answer
  | 'lingerOver'
  | 'ended' // the carrier reports the end of the track
  | 'lost' // the carrier, its link or the pipe is gone
  | 'close'; // this node ends the pull: the worker died, the room was dropped, the track moved to another carrier
export type PullEffect =
  | 'ask' // send `pull`
  | 'announce' // inform the room owner that this node carries the track
  | 'startLinger'
  | 'stopLinger'
  | 'unpull' // inform the carrier that it may stop
  | 'drop' // close the producer and everything that depends on it
  | 'retract' // inform the room owner that this node no longer carries the track
  | 'reject'; // answer the waiting subscribers with the error

export const pullTable: Table<PullState, PullEvent, PullEffect> = {
  idle: {
    wanted: { next: 'pulling', effects: ['ask'] },
    close: { next: 'released' },
  },
  pulling: {
    pulled: { next: 'carried', effects: ['announce'] },
    failed: { next: 'released', effects: ['reject'] },
    ended: { next: 'released', effects: ['reject'] },
    lost: { next: 'released', effects: ['reject'] },
    close: { next: 'released', effects: ['unpull', 'reject'] },
  },
  carried: {
    unwanted: { next: 'lingering', effects: ['startLinger'] },
    ended: { next: 'released', effects: ['drop', 'retract'] },
    lost: { next: 'released', effects: ['drop', 'retract'] },
    close: { next: 'released', effects: ['unpull', 'drop', 'retract'] },
  },
  lingering: {
    wanted: { next: 'carried', effects: ['stopLinger'] },
    lingerOver: { next: 'released', effects: ['unpull', 'drop', 'retract'] },
    ended: { next: 'released', effects: ['stopLinger', 'drop', 'retract'] },
    lost: { next: 'released', effects: ['stopLinger', 'drop', 'retract'] },
    close: { next: 'released', effects: ['stopLinger', 'unpull', 'drop', 'retract'] },
  },
  released: {},
};
