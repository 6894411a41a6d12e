// Actions for a room: its members are asked for timings, or some or all of them move. State that must hold over a
// restart is in the copy before a member moves.
import { limits } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { Access } from '../locating/access.ts';
import type { KnownClient } from '../placing/core/client-book.ts';
import type { PlacementIndex } from '../placing/core/placement-index.ts';
import { pinInRoom } from '../placing/core/unknown-client.ts';
import type { RoomMode } from '../placing/core/view.ts';
import type { RoomSnapshot, Timing } from './core/gains.ts';
import { gatheringHost, isFar } from './core/gather.ts';
import type { RoomBook, RoomRecord } from './core/room-book.ts';
import type { OwnedGain } from './core/room-credit.ts';
import { roomSnapshot } from './core/room-snapshot.ts';
import type { MoveRequest } from './core/types.ts';
import type { Mover } from './mover.ts';
import type { Moves } from './moves.ts';
import type { RoomCopy } from './room-modes.ts';
import type { Sites } from './sites.ts';

export interface RoomMovesOptions {
  readonly placementIndex: PlacementIndex;
  readonly fleet: Pick<Fleet, 'get' | 'fenceOf' | 'agreedFenceOf'>;
  readonly access: Access;
  readonly rooms: RoomBook;
  readonly moves: Moves;
  readonly mover: Pick<Mover, 'requestEchoes'>;
  readonly copy: RoomCopy;
  readonly clock: Clock;
  readonly metrics: CentreMetrics;
  sites(): Sites;
}

export interface Member {
  readonly sessionId: string;
  readonly nodeId: string;
  readonly site: number;
  readonly client: KnownClient;
}

export class RoomMoves {
  readonly #o: RoomMovesOptions;

  constructor(o: RoomMovesOptions) {
    this.#o = o;
  }

  snapshotOf(roomKey: string, members: readonly Member[]): RoomSnapshot {
    const { access } = this.#o;
    const sites = this.#o.sites();
    const facts = members.map(({ site, client }) => ({
      site,
      belief: access.believe(clientOf(client)),
      regionPin: this.#pinOf(roomKey, client, site),
    }));
    return roomSnapshot(facts, { ...sites, regionOf: (site) => sites.regions[site] ?? '' });
  }

  /**
   * Asks clients for timings: those that may show a better host for the room, and for new members those that their
   * prefix needs. Asks at most `most` clients, and none of `askedBefore`, to which it adds the asked clients. Returns
   * how many were asked, and whether any are left to ask again.
   */
  ask(
    roomKey: string,
    members: readonly Member[],
    wantedTimings: readonly Timing[],
    clientsMax: number,
    askedBefore: Set<string>,
  ): { asked: number; isCutShort: boolean } {
    const { access, placementIndex, mover, metrics } = this.#o;
    const sites = this.#o.sites();
    const hosts = Map.groupBy(wantedTimings, ({ member }) => member);
    let [asked, isCutShort] = [0, false];
    for (const [index, { client, sessionId }] of members.entries()) {
      if (client.signalingId === '' || client.ip === '' || askedBefore.has(sessionId)) continue;
      const keys = (hosts.get(index) ?? []).map(({ host }) => host);
      if (!client.isTimingRequested)
        keys.push(...access.sitesToTime(clientOf(client)).map((key) => placementIndex.siteOf(key) ?? -1));
      const untimed = [...new Set(keys)].filter((site) => !client.times.has(sites.keys[site] ?? ''));
      const ids = untimed.map((site) => sites.signalingIdOf(site)).filter((id) => id !== undefined);
      const signalingIds = [...new Set(ids)].slice(0, limits.echoSitesMax);
      if (signalingIds.length === 0) continue;
      if (asked >= clientsMax || !mover.requestEchoes(client.signalingId, { roomKey, sessionId, signalingIds })) {
        isCutShort = true;
        continue;
      }
      client.isTimingRequested = true;
      askedBefore.add(sessionId);
      asked += 1;
    }
    metrics.timingsAsked.inc(asked);
    return { asked, isCutShort };
  }

  /** Moves one or several participants of a site to where the room is better off, one after another. */
  move(roomKey: string, members: readonly Member[], { people, host, sumMs, pairs }: OwnedGain): void {
    const sites = this.#o.sites();
    const movers = members.filter(({ client }) => people.includes(client.person));
    if (!this.#begin(roomKey, people)) return;
    for (const { sessionId, site } of movers) {
      const siteText = `${sites.keys[host]} instead of ${sites.keys[site]}`;
      const reason = `at ${siteText} it is ${(sumMs / pairs).toFixed(1)} ms nearer to each of the others, on the mean`;
      this.#o.moves.request({ sessionId, roomKey, lane: 'delay', reason, toNodeIds: sites.nodesOf(host) });
    }
  }

  /** Begins the move of the whole room; the next leader would continue it. */
  gather(roomKey: string, { people }: OwnedGain): void {
    this.#begin(roomKey, people, { isConverging: true });
  }

  misplacedMoves(roomKey: string, members: readonly Member[], mode: RoomMode): MoveRequest[] {
    return mode === 'single' ? this.#gather(roomKey, members) : this.#spread(roomKey, members, mode);
  }

  /** Ends the convergence: no member is left to move, or the rest is given up. */
  endConverging(roomKey: string): void {
    this.#keep(roomKey, this.#o.rooms.change(roomKey, { isConverging: false }));
  }

  /** Counts a move in advance, because its turn comes later. False: too many rooms; uncounted moves have no bound. */
  #begin(roomKey: string, people: readonly string[], change: { isConverging?: boolean } = {}): boolean {
    const { rooms, clock } = this.#o;
    const record = rooms.recordMoves(roomKey, people, clock.wallMs(), change);
    this.#keep(roomKey, record);
    return record !== undefined;
  }

  #keep(roomKey: string, record: RoomRecord | undefined): void {
    if (record !== undefined) void this.#o.copy.saveRoom(roomKey, record);
  }

  #gather(roomKey: string, members: readonly Member[]): MoveRequest[] {
    const sites = this.#o.sites();
    const { members: seen, paths, isOpen } = this.snapshotOf(roomKey, members);
    const site = gatheringHost(seen, paths.hosts, isOpen, !members.some(({ nodeId }) => this.#isDrained(nodeId)));
    if (site === undefined) return [];
    const toNodeIds = this.#roomsHostAt(site, members) ?? sites.oneHostOf(site);
    const reason = `the room's mode is single: everybody to one host, at ${sites.keys[site]}`;
    return members
      .filter(({ nodeId }) => !toNodeIds.includes(nodeId))
      .map(({ sessionId }) => ({ sessionId, roomKey, lane: 'mode', reason, toNodeIds }));
  }

  #isDrained(nodeId: string): boolean {
    const node = this.#o.fleet.get(nodeId);
    return node?.drainReason !== undefined || node?.state === 'draining';
  }

  /** Returns the media nodes of the site's host with most sessions of the room; undefined: no host there has any. */
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

  #spread(roomKey: string, members: readonly Member[], mode: RoomMode): MoveRequest[] {
    const { members: seen, paths, isOpen } = this.snapshotOf(roomKey, members);
    const reason = `the room's mode is ${mode} now: everybody at a near ingress`;
    return members.flatMap(({ sessionId }, index) => {
      const member = seen[index];
      if (member === undefined || !isFar(member, paths.hosts, isOpen)) return [];
      return [{ sessionId, roomKey, lane: 'mode' as const, reason, toNodeIds: [] }];
    });
  }

  /** Returns the fence of a member: its token's, if known, and the room's. */
  #pinOf(roomKey: string, { regionPin }: KnownClient, site: number): string {
    return pinInRoom(this.#o.fleet, { roomKey, regionPin }, this.#o.sites().regions[site] ?? '');
  }
}

function clientOf({ ip, location, times }: KnownClient) {
  return { ip, location, times: [...times].map(([siteKey, rttMs]) => ({ siteKey, rttMs })) };
}
