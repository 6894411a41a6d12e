// Looks at rooms in turn and improves them: requests timings, makes moves that have earned their price, and the moves
// of a changed mode. A look at a changed room costs a tenth of a millisecond, at a large room a few; there may be
// thousands. So a tick looks for `LOOK_MS` and the next continues, and no decision waits longer than that. In memory,
// except for state that must hold over a restart (moving/core/room-book.ts).
import type { Clock, Logger } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { WarmUp } from '../fleet/warm-up.ts';
import type { Access } from '../locating/access.ts';
import type { ClientBook } from '../placing/core/client-book.ts';
import type { PlacementIndex } from '../placing/core/placement-index.ts';
import { unknownClientAt } from '../placing/core/unknown-client.ts';
import type { RoomMode } from '../placing/core/view.ts';
import type { RoomBook } from './core/room-book.ts';
import { ROOM_REST_MS } from './core/room-credit.ts';
import { RoomWatch } from './core/room-watch.ts';
import type { Mover } from './mover.ts';
import type { Moves } from './moves.ts';
import type { RoomCopy } from './room-modes.ts';
import { type Member, RoomMoves } from './room-moves.ts';
import { type Sites, sitesOf } from './sites.ts';

export interface RoomWatcherOptions {
  readonly fleet: Fleet;
  readonly placementIndex: PlacementIndex;
  readonly access: Access;
  readonly clients: ClientBook;
  readonly rooms: RoomBook;
  readonly moves: Moves;
  readonly warmUp: Pick<WarmUp, 'isOver'>;
  readonly mover: Pick<Mover, 'requestEchoes'>;
  readonly copy: RoomCopy;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  modeOf(roomKey: string, asked: RoomMode | undefined): RoomMode;
  /** Whether the room has an owner: it then goes on, even without visible sessions, because their node may be dead. */
  isOwned(roomKey: string): boolean;
}

/** Longest time of a tick: with four ticks a second, the watcher takes at most 2 % of the thread. */
const LOOK_MS = 5;
const ROOMS_PER_CHECK = 8;
const ROUND_MS = 1000;
/** Limit of clients that are asked for timings within a second, because each opens five sockets. */
const ASKS_PER_SECOND_MAX = 100;
/** Records per round that are checked for rooms that ended while no centre led; each removal is a write to the copy. */
const RECORDS_PER_ROUND_MAX = 500;
/** Rounds in which a changed mode moves misplaced members; then only those that rejoin follow the mode. */
const CONVERGING_ROUNDS_MAX = 5;

interface Watched {
  /** Sessions that were asked for timings since the room changed, so that a silent client is not asked again. */
  readonly askedSessionIds: Set<string>;
  signature: number | undefined;
  readonly watch: RoomWatch;
  round: number;
  convergingRounds: number;
  /** Mode to which the converging rounds moved members; undefined: an administrator has given a mode since. */
  convergesTo: RoomMode | undefined;
}

export class RoomWatcher {
  readonly #o: RoomWatcherOptions;
  readonly #roomMoves: RoomMoves;
  readonly #watched = new Map<string, Watched>();
  /** Rooms of the restored records that are still to be checked; undefined: the fleet has not come back yet. */
  #recordsToCheck: string[] | undefined;
  #keys: Iterator<string> | undefined;
  #sites: Sites | undefined;
  #siteKeys: readonly string[] = [];
  #numbering = 0;
  #round = 0;
  #roundAtMs = Number.NEGATIVE_INFINITY;
  #asksLeft = 0;

  constructor(o: RoomWatcherOptions) {
    this.#o = o;
    this.#roomMoves = new RoomMoves({ ...o, sites: () => this.#sitesNow() });
  }

  /** Looks at the next rooms. Called by a timer, while this centre leads. */
  tick(): void {
    const { clock, fleet, metrics } = this.#o;
    const startedMs = clock.nowMs();
    if (this.#keys === undefined) {
      if (startedMs - this.#roundAtMs < ROUND_MS) return;
      this.#roundAtMs = startedMs;
      this.#round += 1;
      this.#keys = fleet.roomKeys();
      this.#asksLeft = ASKS_PER_SECOND_MAX;
      this.#sites = undefined;
    }
    for (let looked = 1; ; looked += 1) {
      const next = this.#keys.next();
      if (next.done === true) {
        this.#endRound();
        break;
      }
      this.#visit(next.value, startedMs);
      if (looked % ROOMS_PER_CHECK === 0 && clock.nowMs() - startedMs >= LOOK_MS) break;
    }
    metrics.roomWatchMs.inc(Math.max(0, clock.nowMs() - startedMs));
  }

  /** Takes note of a member's timings; a member that was unknown before can be asked for more only now. */
  timed(roomKey: string, isNewlyKnown: boolean): void {
    this.#watched.get(roomKey)?.watch.timed(isNewlyKnown);
  }

  /** Restarts the rounds after an administrator has given the room a mode, repeated it or taken it back. */
  modeGiven(roomKey: string): void {
    const watched = this.#watched.get(roomKey);
    if (watched !== undefined) watched.convergesTo = undefined;
  }

  /** Returns the time since which members and their nodes are unchanged; undefined: the room was not looked at yet. */
  sameSinceMs(roomKey: string): number | undefined {
    return this.#watched.get(roomKey)?.watch.sameSinceMs;
  }

  #endRound(): void {
    this.#keys = undefined;
    this.#sites = undefined;
    for (const [roomKey, watched] of this.#watched) {
      if (watched.round === this.#round || this.#isStillNeeded(roomKey)) continue;
      this.#watched.delete(roomKey);
      this.#dropRecord(roomKey);
    }
    this.#dropEmptyRooms();
  }

  /** Removes records of rooms without members or owner, when every node is back or dead and their rest is over. */
  #dropEmptyRooms(): void {
    const { fleet, rooms, warmUp } = this.#o;
    if (this.#recordsToCheck === undefined) {
      const isBack = fleet.list().every((node) => node.isLinked || node.liveness === 'dead');
      if (!warmUp.isOver || !isBack) return;
      this.#recordsToCheck = rooms.list().map(({ roomKey }) => roomKey);
    }
    const empty = this.#recordsToCheck
      .splice(-RECORDS_PER_ROUND_MAX)
      .filter((roomKey) => fleet.sessionsDigestOf(roomKey) === undefined);
    for (const roomKey of empty) {
      if (this.#isStillNeeded(roomKey)) this.#recordsToCheck.unshift(roomKey);
      else this.#dropRecord(roomKey);
    }
  }

  /** Whether a room without visible sessions keeps its record: it has an owner, or its last move is too recent. */
  #isStillNeeded(roomKey: string): boolean {
    const { rooms, clock, isOwned } = this.#o;
    const nowMs = clock.wallMs();
    const made = rooms.get(roomKey)?.made ?? [];
    return isOwned(roomKey) || made.some(({ atWallMs }) => nowMs - atWallMs < ROOM_REST_MS);
  }

  /** Removes the record of a room without members or owner; a given mode stays for later members. */
  #dropRecord(roomKey: string): void {
    const record = this.#o.rooms.get(roomKey);
    if (record === undefined || record.mode !== undefined) return;
    this.#o.rooms.drop(roomKey);
    void this.#o.copy.saveRoom(roomKey, undefined);
  }

  #visit(roomKey: string, nowMs: number): void {
    const { fleet, rooms, moves } = this.#o;
    const signature = fleet.sessionsDigestOf(roomKey);
    if (signature === undefined) return;
    const watched = this.#watched.get(roomKey) ?? newWatched();
    // The room was not seen in the last round, so the duration of its gains is unknown.
    if (watched.round < this.#round - 1) watched.watch.pause(nowMs);
    watched.round = this.#round;
    this.#watched.set(roomKey, watched);
    if (moves.queue.hasRoom(roomKey)) watched.watch.pause(nowMs);
    else if (rooms.get(roomKey)?.isConverging === true) this.#converge(roomKey, watched, nowMs);
    else this.#improve(roomKey, watched, signature, nowMs);
  }

  #improve(roomKey: string, watched: Watched, signature: number, nowMs: number): void {
    const { watch, askedSessionIds: askedBefore } = watched;
    if (watched.signature !== signature) askedBefore.clear();
    watched.signature = signature;
    const { clock, rooms } = this.#o;
    let members: readonly Member[] | undefined;
    const step = watch.look({
      nowMs,
      wallMs: clock.wallMs(),
      signature,
      numbering: this.#numberingNow(),
      mode: this.#modeIn(roomKey),
      made: rooms.get(roomKey)?.made ?? [],
      mayAsk: this.#asksLeft > 0,
      room: () => {
        members = this.#membersOf(roomKey);
        return members === undefined
          ? undefined
          : {
              snapshot: this.#roomMoves.snapshotOf(roomKey, members),
              people: members.map(({ client }) => client.person),
            };
      },
      isSameSite: (a, b) => a === b,
    });
    if (step === undefined) return;
    members ??= this.#membersOf(roomKey);
    if (members === undefined) return;
    if (step.kind === 'ask') {
      const { asked, isCutShort } = this.#roomMoves.ask(roomKey, members, step.timings, this.#asksLeft, askedBefore);
      this.#asksLeft -= asked;
      if (isCutShort) watch.askCutShort();
    } else if (step.kind === 'move') this.#roomMoves.move(roomKey, members, step.gain);
    else this.#roomMoves.gather(roomKey, step.gain);
  }

  /** Returns undefined when a member is at two nodes, or at a node that the index does not know yet. */
  #membersOf(roomKey: string): Member[] | undefined {
    const { placementIndex, clients, fleet } = this.#o;
    this.#sitesNow();
    const seenSessionIds = new Set<string>();
    const members: Member[] = [];
    for (const { sessionId, nodeId } of fleet.sessionsOf(roomKey)) {
      const site = placementIndex.hostOfNode(nodeId)?.site;
      if (site === undefined || seenSessionIds.has(sessionId)) return undefined;
      seenSessionIds.add(sessionId);
      const client = clients.get(sessionId) ?? unknownClientAt(fleet.get(nodeId)?.description, sessionId, roomKey);
      members.push({ sessionId, nodeId, site, client });
    }
    return members;
  }

  /** Moves a room to where its mode puts it, until no member is left to move. */
  #converge(roomKey: string, watched: Watched, nowMs: number): void {
    watched.watch.pause(nowMs);
    const members = this.#membersOf(roomKey);
    // A member moves for another reason.
    if (members === undefined) return;
    const mode = this.#modeIn(roomKey);
    const requests = this.#roomMoves.misplacedMoves(roomKey, members, mode);
    // A mode that replaces an unfinished mode gets all its rounds.
    watched.convergingRounds = watched.convergesTo === mode ? watched.convergingRounds + 1 : 1;
    watched.convergesTo = mode;
    const isOver = requests.length === 0 || watched.convergingRounds > CONVERGING_ROUNDS_MAX;
    if (requests.length > 0 && isOver) {
      this.#o.log.warn({ roomKey, mode, left: requests.length }, 'some members could not be moved; they stay');
    }
    if (isOver) {
      watched.convergingRounds = 0;
      this.#roomMoves.endConverging(roomKey);
      return;
    }
    for (const request of requests) this.#o.moves.request(request);
  }

  #modeIn(roomKey: string): RoomMode {
    const { clients, fleet, modeOf } = this.#o;
    return modeOf(
      roomKey,
      clients.requestedModeIn(roomKey, (key) => fleet.sessionsOf(key)),
    );
  }

  #numberingNow(): number {
    const { keys } = this.#sitesNow();
    const isSame = keys.length === this.#siteKeys.length && keys.every((key, site) => key === this.#siteKeys[site]);
    if (!isSame) this.#numbering += 1;
    this.#siteKeys = keys;
    return this.#numbering;
  }

  /** Returns the sites of this round, made on first use. Refreshes the index. */
  #sitesNow(): Sites {
    const { placementIndex, fleet, clock } = this.#o;
    // Site numbers are valid only for the index's present sites.
    if (this.#sites === undefined || this.#sites.source !== placementIndex.sites) {
      this.#sites = sitesOf({ placementIndex, fleet, nowMs: clock.nowMs() });
    }
    return this.#sites;
  }
}

const newWatched = (): Watched => ({
  watch: new RoomWatch(),
  askedSessionIds: new Set(),
  signature: undefined,
  round: 0,
  convergingRounds: 0,
  convergesTo: undefined,
});
