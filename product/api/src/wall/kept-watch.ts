// Facts about kept rooms for the judge of alarms, whose requests every 5 s also keep recorders watching them.
import type { Clock } from '@meridian/runtime';
import type { Database } from '../store/store.ts';
import type { SeenRoom, SeenTrack } from './core/facts.ts';
import { keptRooms } from './kept-rooms.ts';
import type { RecorderAnswer, RecorderRequests } from './recorder-requests.ts';
import { keyOf, type RoomFactsReader } from './room-facts.ts';

/** Time for which a room's last tracks are used while its recorder is away or full. */
const REMEMBERED_MS = 600_000;

export interface KeptWatchOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly facts: Pick<RoomFactsReader, 'factsOf'>;
  readonly asks: Pick<RecorderRequests, 'ask'>;
}

export class KeptWatch {
  readonly #o: KeptWatchOptions;
  /** Last tracks by room, as this instance saw them. */
  readonly #lastTracks = new Map<string, { readonly tracks: readonly SeenTrack[]; readonly atMs: number }>();

  constructor(o: KeptWatchOptions) {
    this.#o = o;
  }

  /**
   * Returns kept rooms with people; a room that is not seen now has its last known tracks. Undefined if no recorder
   * answered.
   */
  async watch(): Promise<readonly SeenRoom[] | undefined> {
    const { db, facts, asks, clock } = this.#o;
    const allKept = await keptRooms(db);
    const factsByRoom = await facts.factsOf(allKept);
    const live = allKept.flatMap(({ tenant, room }) => {
      const roomKey = keyOf({ tenant, room });
      const found = factsByRoom.get(roomKey);
      const isSeen = found?.isAllowed === true && found.sessions > 0;
      return isSeen ? [{ tenant, room, roomKey, fence: found.fence, streams: found.streams }] : [];
    });
    const isLive = new Set(live.map(({ roomKey }) => roomKey));
    for (const key of this.#lastTracks.keys()) if (!isLive.has(key)) this.#lastTracks.delete(key);
    if (live.length === 0) return [];
    const answers = new Map<string, RecorderAnswer>();
    const watchedRooms = live.flatMap(({ fence, ...room }) => (fence === undefined ? [] : [{ ...room, fence }]));
    // Rooms that did not fit into the last answer come first.
    const oldestFirst = watchedRooms.toSorted((a, b) => this.#atMs(a.roomKey) - this.#atMs(b.roomKey));
    await asks.ask(oldestFirst, { withPicture: false, onAnswer: (key, answer) => void answers.set(key, answer) });
    if (![...answers.values()].some(({ nodeId, seen }) => nodeId !== '' || seen.code === 'OVERLOADED'))
      return undefined;
    return live.map(({ tenant, room, roomKey }) => {
      const seen = answers.get(roomKey)?.seen;
      if (seen?.state === 'watching' || seen?.state === 'over') {
        this.#lastTracks.set(roomKey, { tracks: seen.tracks, atMs: clock.nowMs() });
        return seen;
      }
      const lastSeen = this.#lastTracks.get(roomKey);
      const tracks = lastSeen !== undefined && clock.nowMs() - lastSeen.atMs < REMEMBERED_MS ? lastSeen.tracks : [];
      const { state = 'refused', code = 'NODE_UNREACHABLE', participants = 0 } = seen ?? {};
      return { tenant, room, state, code, participants, tracks };
    });
  }

  #atMs(roomKey: string): number {
    return this.#lastTracks.get(roomKey)?.atMs ?? Number.NEGATIVE_INFINITY;
  }
}
