// What one settled room is worth moving: a wrong first ingress, the one re-homing, the whole room in mode `single`, a
// mode that was changed. It looks at the room as it is, asks for timings and for moves, and writes down what must not
// be done twice.
import { isInFence, limits } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import type { Access } from './access.ts';
import type { Copy } from './copy.ts';
import type { Fleet } from './core/fleet.ts';
import type { KnownClient } from './core/moves/client-book.ts';
import { gatheringHost, isFar } from './core/moves/gather.ts';
import type { RoomBook, RoomMoving, RoomRecord } from './core/moves/room-book.ts';
import { betterIngress, settlementOf, type Timing, timingsWanted } from './core/moves/settle.ts';
import { settledRoom } from './core/moves/settled-view.ts';
import type { MoveRequest } from './core/moves/types.ts';
import { pinInRoom } from './core/moves/unknown-client.ts';
import type { PlacementIndex } from './core/placement-index.ts';
import type { SettledRoom } from './core/rehome.ts';
import type { RoomMode } from './core/view.ts';
import type { CentreMetrics } from './metrics.ts';
import type { Mover } from './mover.ts';
import type { Moves } from './moves.ts';
import type { Sites } from './sites.ts';

export interface RoomMovesOptions {
  readonly placementIndex: PlacementIndex;
  readonly fleet: Pick<Fleet, 'fenceOf' | 'agreedFenceOf'>;
  readonly access: Access;
  readonly rooms: RoomBook;
  readonly moves: Moves;
  readonly mover: Pick<Mover, 'wantEchoes'>;
  readonly copy: Copy;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  /** The fleet by site, of this round. */
  sites(): Sites;
}

/** Somebody in the room: where, and what is known of them. */
export interface Member {
  readonly sessionId: string;
  readonly nodeId: string;
  readonly site: number;
  readonly client: KnownClient;
}

/**
 * The work grows with the square of the members, and what one of so many gains by a move is lost in the mean of the
 * room.
 */
export const REHOMING_MEMBERS_MAX = 32;

export class RoomMoves {
  readonly #o: RoomMovesOptions;

  constructor(o: RoomMovesOptions) {
    this.#o = o;
  }

  /**
   * Whose own timings show a site that is much better. True: somebody is moved, and the rest of the room is looked at
   * after it.
   */
  correct(roomKey: string, members: readonly Member[]): boolean {
    const { placementIndex, rooms } = this.#o;
    const sites = this.#o.sites();
    let isMoving = false;
    for (const { sessionId, site, client } of members) {
      const record = rooms.get(roomKey);
      if (record?.corrected.includes(sessionId) === true || record?.rehomedSessionId === sessionId) continue;
      const pin = this.#pinOf(roomKey, client, site);
      const isOpen = (key: string): boolean => {
        const at = placementIndex.siteOf(key);
        return at !== undefined && sites.isOpen(at) && isInFence(pin, sites.regions[at] ?? '');
      };
      const better = betterIngress(sites.keys[site] ?? '', client.times, isOpen);
      const target = better === undefined ? undefined : placementIndex.siteOf(better.site);
      if (better === undefined || target === undefined) continue;
      const reason = `its own timings show ${better.site} nearer by ${Math.round(better.gainMs)} ms than ${sites.keys[site]}`;
      const request: MoveRequest = { sessionId, roomKey, lane: 'correction', reason, toNodeIds: sites.nodesOf(target) };
      if (this.#o.moves.request(request) !== 'queued') continue;
      isMoving = true;
      this.#keep(roomKey, rooms.correct(roomKey, sessionId));
    }
    return isMoving;
  }

  /**
   * Asks clients for timings: those that may show a better host for the room, and of who is new those that its prefix
   * needs. At most `most` clients; how many were asked.
   */
  ask(roomKey: string, members: readonly Member[], mode: RoomMode, most: number): number {
    const { access, placementIndex, mover, metrics } = this.#o;
    const sites = this.#o.sites();
    const wanted = this.#timings(roomKey, members, mode);
    let asked = 0;
    for (const [index, { client, sessionId }] of members.entries()) {
      if (client.signalingId === '' || client.ip === '' || asked >= most) continue;
      const keys = wanted.filter(({ member }) => member === index).map(({ host }) => host);
      if (!client.wasAsked)
        keys.push(...access.sitesToTime(clientOf(client)).map((key) => placementIndex.siteOf(key) ?? -1));
      const untimed = [...new Set(keys)].filter((site) => !client.times.has(sites.keys[site] ?? ''));
      const ids = untimed.map((site) => sites.signalingIdOf(site)).filter((id) => id !== undefined);
      const signalingIds = [...new Set(ids)].slice(0, limits.echoSitesMax);
      if (signalingIds.length === 0) continue;
      if (!mover.wantEchoes(client.signalingId, { roomKey, sessionId, signalingIds })) continue;
      client.wasAsked = true;
      asked += 1;
    }
    metrics.timingsAsked.inc(asked);
    return asked;
  }

  #timings(roomKey: string, members: readonly Member[], mode: RoomMode): Timing[] {
    if (!this.#mayRehome(roomKey, members, mode)) return [];
    return timingsWanted(mode, this.#room(roomKey, members), (a, b) => a === b);
  }

  /**
   * Begins the room's one re-homing, or the one move of a room of mode `single`: written before anybody moves, done
   * when the fleet shows it.
   */
  rehome(roomKey: string, members: readonly Member[], mode: RoomMode): void {
    if (!this.#mayRehome(roomKey, members, mode)) return;
    const sites = this.#o.sites();
    const settlement = settlementOf(mode, this.#room(roomKey, members));
    if (settlement.kind === 'stay') return;
    if (settlement.kind === 'member') {
      const { member, host, gainMs } = settlement.move;
      const { sessionId = '', site = -1 } = members[member] ?? {};
      const siteKey = sites.keys[host] ?? '';
      if (this.change(roomKey, { isConverging: true, moving: { sessionId, siteKey } }) === undefined) return;
      const where = `${sites.keys[host]} instead of ${sites.keys[site]}`;
      const reason = `re-homing: with it at ${where} the room gains ${gainMs.toFixed(1)} ms on the mean over its pairs`;
      const toNodeIds = sites.nodesOf(host);
      this.#o.moves.request({ sessionId, roomKey, lane: 'rehoming', reason, toNodeIds });
      return;
    }
    const toNodeIds = sites.oneHostOf(settlement.host);
    const moving = { sessionId: '', siteKey: sites.keys[settlement.host] ?? '' };
    if (toNodeIds.length === 0 || this.change(roomKey, { isConverging: true, moving }) === undefined) return;
    const reason = `the whole room moves to ${sites.keys[settlement.host]}: ${Math.round(settlement.gainMs)} ms nearer on the mean`;
    for (const { sessionId } of members)
      this.#o.moves.request({ sessionId, roomKey, lane: 'rehoming', reason, toNodeIds });
  }

  #mayRehome(roomKey: string, members: readonly Member[], mode: RoomMode): boolean {
    const record = this.#o.rooms.get(roomKey);
    if (members.length < 2 || members.length > REHOMING_MEMBERS_MAX || mode === 'direct') return false;
    if (mode === 'relay') return (record?.rehomedSessionId ?? '') === '';
    // A room that had to be split is no room that moves as a whole.
    return record?.hasMoved !== true && members.every(({ site }) => site === members[0]?.site);
  }

  /** Who is not where the mode puts them, or the move that the room has begun, as moves to ask for. */
  misplaced(roomKey: string, members: readonly Member[], mode: RoomMode): MoveRequest[] {
    const moving = this.#o.rooms.get(roomKey)?.moving;
    if (moving !== undefined) return this.#unmoved(roomKey, members, moving);
    return mode === 'single' ? this.#gather(roomKey, members) : this.#spread(roomKey, members, mode);
  }

  /** Nobody is left to move, or it is given up: what was moved is done, and not once more. */
  settle(roomKey: string, members: readonly Member[]): void {
    const moving = this.#o.rooms.get(roomKey)?.moving;
    const { sessionId = '', siteKey = '' } = moving ?? {};
    const there = members.filter(({ site }) => this.#o.sites().keys[site] === siteKey);
    const isDone = sessionId === '' ? there.length > 0 : there.some((one) => one.sessionId === sessionId);
    const done = sessionId === '' ? { hasMoved: true } : { rehomedSessionId: sessionId };
    this.change(roomKey, { ...(isDone ? done : {}), isConverging: false, moving: undefined });
  }

  /** Changes what is remembered of the room, also in the copy. Undefined: there are too many. */
  change(roomKey: string, change: Parameters<RoomBook['change']>[1]): RoomRecord | undefined {
    return this.#keep(roomKey, this.#o.rooms.change(roomKey, change));
  }

  /**
   * What "at most once" depends on is in the copy before the move is made: the queue's next turn comes later than this.
   */
  #keep(roomKey: string, record: RoomRecord | undefined): RoomRecord | undefined {
    if (record !== undefined) void this.#o.copy.saveRoom(roomKey, record);
    return record;
  }

  /**
   * Who is not yet where the room's one move takes them. A target that is shut takes nobody; a room that is on its way
   * then comes together where it can.
   */
  #unmoved(roomKey: string, members: readonly Member[], { sessionId, siteKey }: RoomMoving): MoveRequest[] {
    const sites = this.#o.sites();
    const target = this.#o.placementIndex.siteOf(siteKey) ?? -1;
    const request = { roomKey, lane: 'rehoming', reason: `the move to ${siteKey} that the room has begun` } as const;
    if (sessionId !== '') {
      const isLeft = members.some((one) => one.sessionId === sessionId && one.site !== target);
      return isLeft && sites.isOpen(target) ? [{ ...request, sessionId, toNodeIds: sites.nodesOf(target) }] : [];
    }
    const open = sites.isOpen(target) ? sites.oneHostOf(target) : [];
    const toNodeIds = this.#roomsHostAt(target, members) ?? open;
    if (toNodeIds.length === 0) return this.#gather(roomKey, members);
    return members
      .filter(({ nodeId }) => !toNodeIds.includes(nodeId))
      .map((member) => ({ ...request, sessionId: member.sessionId, toNodeIds }));
  }

  /** Everybody to one host. */
  #gather(roomKey: string, members: readonly Member[]): MoveRequest[] {
    const { placementIndex } = this.#o;
    const sites = this.#o.sites();
    const hostIds = new Set(members.map(({ nodeId }) => placementIndex.hostOfNode(nodeId)?.hostId));
    if (hostIds.size === 1) return [];
    const { members: seen, paths, isOpen } = this.#room(roomKey, members);
    const site = gatheringHost(seen, paths.hosts, isOpen);
    if (site === undefined) return [];
    const toNodeIds = this.#roomsHostAt(site, members) ?? sites.oneHostOf(site);
    const reason = `the room's mode is single now: everybody to one host, at ${sites.keys[site]}`;
    return members
      .filter(({ nodeId }) => !toNodeIds.includes(nodeId))
      .map(({ sessionId }) => ({ sessionId, roomKey, lane: 'mode', reason, toNodeIds }));
  }

  /** Of the hosts at the site those that have the room already, and of these the one with most of it. */
  #roomsHostAt(site: number, members: readonly Member[]): string[] | undefined {
    const { placementIndex } = this.#o;
    const byHost = new Map<string, { nodeIds: Set<string>; sessions: number }>();
    for (const { nodeId } of members) {
      const slot = placementIndex.hostOfNode(nodeId);
      if (slot === undefined || slot.site !== site) continue;
      const host = byHost.get(slot.hostId) ?? { nodeIds: new Set<string>(), sessions: 0 };
      for (const { record } of slot.nodes) host.nodeIds.add(record.description.nodeId);
      host.sessions += 1;
      byHost.set(slot.hostId, host);
    }
    const [most] = [...byHost.values()].sort((a, b) => b.sessions - a.sessions);
    return most === undefined ? undefined : [...most.nodeIds];
  }

  /** Whoever is far from where they are goes to a near ingress. */
  #spread(roomKey: string, members: readonly Member[], mode: RoomMode): MoveRequest[] {
    const { members: seen, paths, isOpen } = this.#room(roomKey, members);
    const reason = `the room's mode is ${mode} now: everybody at a near ingress`;
    return members.flatMap(({ sessionId }, index) => {
      const member = seen[index];
      if (member === undefined || !isFar(member, paths.hosts, isOpen)) return [];
      return [{ sessionId, roomKey, lane: 'mode' as const, reason, toNodeIds: [] }];
    });
  }

  /** Where somebody may go: what is known of their token, and the room's fence. */
  #pinOf(roomKey: string, { regionPin }: KnownClient, site: number): string {
    return pinInRoom(this.#o.fleet, { roomKey, regionPin }, this.#o.sites().regions[site] ?? '');
  }

  #room(roomKey: string, members: readonly Member[]): SettledRoom {
    const { access, rooms } = this.#o;
    const sites = this.#o.sites();
    const record = rooms.get(roomKey);
    const facts = members.map(({ sessionId, site, client }) => ({
      site,
      belief: access.believe(clientOf(client)),
      regionPin: this.#pinOf(roomKey, client, site),
      mayMove: record?.corrected.includes(sessionId) !== true,
    }));
    return settledRoom(facts, { ...sites, regionOf: (site) => sites.regions[site] ?? '' });
  }
}

function clientOf({ ip, location, times }: KnownClient) {
  return { ip, location, times: [...times].map(([siteKey, rttMs]) => ({ siteKey, rttMs })) };
}
