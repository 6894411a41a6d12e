// The last decisions with all inputs needed to make them again. Bounded: the oldest goes first. A decision looks at
// some ten hosts, mostly the same from decision to decision. As trees of objects, twenty thousand entries would burden
// the garbage collector, so entries are reused in a ring: each has a list of numbers and a list of references to views
// of nodes (which are shared, and valid until the node's next report) and stores beside them the figures that move with
// every charge. The original record is rebuilt from these on demand.
import { assert, limits } from '@meridian/protocol';
import type { Location } from '../../locating/core/location.ts';
import { countOf } from './decision-ids.ts';
import type { Decision } from './place.ts';
import type { Approach, ClusterView, HostView, NodeView, PlaceRequest, ReservedSeats, RoomMembers } from './view.ts';

export interface DecisionRecord {
  readonly decisionId: string;
  readonly madeAtWallMs: number;
  readonly seed: number; // 32-bit seed of the draws
  readonly view: ClusterView; // everything that the decision looked at
  readonly want: PlaceRequest;
  readonly decision: Decision;
  readonly location: Location;
  readonly locationReason: string;
  readonly signalingId: string;
  readonly waited: string; // text about the waits before the decision; '': there was no wait
}

export class DecisionLog {
  readonly #entries: (Entry | undefined)[] = [];
  readonly #entriesMax: number;
  #size = 0;

  constructor(o: { kept?: number } = {}) {
    this.#entriesMax = o.kept ?? limits.decisionsKeptMax;
  }

  get size(): number {
    return this.#size;
  }

  /** Copies the record, so its view may change later. Ids come in order from one `DecisionIds`: they are indices. */
  add(record: DecisionRecord): void {
    const at = countOf(record.decisionId) % this.#entriesMax;
    let entry = this.#entries[at];
    if (entry === undefined) {
      entry = new Entry();
      this.#entries[at] = entry;
      this.#size += 1;
    }
    entry.write(record);
  }

  get(decisionId: string): DecisionRecord | undefined {
    return this.#find(decisionId)?.read();
  }

  askerOf(decisionId: string): string | undefined {
    return this.#find(decisionId)?.signalingId;
  }

  #find(decisionId: string): Entry | undefined {
    const count = countOf(decisionId);
    const entry = count < 0 ? undefined : this.#entries[count % this.#entriesMax];
    return entry?.decisionId === decisionId ? entry : undefined;
  }
}

const nowhere: Location = { latitude: 0, longitude: 0, radiusKm: 0, source: 'none', label: '', countryCode: '' };

class Entry {
  decisionId = '';
  signalingId = '';
  #madeAtWallMs = 0;
  #seed = 0;
  #location = nowhere;
  #locationReason = '';
  #waited = '';
  // Fields of the request.
  #roomKey = '';
  #sessionId = '';
  #from: PlaceRequest['location'] = nowhere;
  #avoidNodeIds: readonly string[] = [];
  #regionPin = '';
  #protocolVersion = 0;
  #routerVersion = 0;
  #mode: PlaceRequest['mode'] = 'relay';
  #move: PlaceRequest['move'];
  #opener: PlaceRequest['opener'];
  #decision: Decision | undefined;
  // Fields of the view.
  #version = 0;
  #nowMs = 0;
  #freshShare = 0;
  #roomRouterVersion: number | undefined;
  #reserved: readonly ReservedSeats[] | undefined;
  readonly #tape = new Tape();

  write(record: DecisionRecord): void {
    const { want, view } = record;
    this.decisionId = record.decisionId;
    this.signalingId = record.signalingId;
    this.#madeAtWallMs = record.madeAtWallMs;
    this.#seed = record.seed;
    this.#location = record.location;
    this.#locationReason = record.locationReason;
    this.#waited = record.waited;
    this.#roomKey = want.roomKey;
    this.#sessionId = want.sessionId;
    this.#from = want.location;
    this.#avoidNodeIds = want.avoidNodeIds;
    this.#regionPin = want.regionPin;
    this.#protocolVersion = want.protocolVersion;
    this.#routerVersion = want.routerVersion;
    this.#mode = want.mode;
    this.#move = want.move;
    this.#opener = want.opener;
    this.#decision = record.decision;
    this.#version = view.version;
    this.#nowMs = view.nowMs;
    this.#freshShare = view.freshShare;
    this.#roomRouterVersion = view.room.routerVersion;
    this.#reserved = view.room.reserved;
    const tape = this.#tape;
    tape.rewind();
    writeRoom(tape, view);
    const { approaches } = view;
    for (let index = 0; index < approaches.length; index += 1) writeApproach(tape, approaches[index] as Approach);
    tape.end();
  }

  read(): DecisionRecord {
    assert(this.#decision !== undefined, 'an entry is read after it was written');
    const tape = this.#tape;
    tape.rewind();
    const reserved = this.#reserved === undefined ? {} : { reserved: this.#reserved };
    const room = { ...readRoom(tape), routerVersion: this.#roomRouterVersion, ...reserved };
    const approaches: Approach[] = [];
    while (tape.isMore) approaches.push(readApproach(tape));
    return {
      decisionId: this.decisionId,
      madeAtWallMs: this.#madeAtWallMs,
      seed: this.#seed,
      view: { version: this.#version, nowMs: this.#nowMs, freshShare: this.#freshShare, approaches, room },
      want: {
        roomKey: this.#roomKey,
        sessionId: this.#sessionId,
        location: this.#from,
        avoidNodeIds: this.#avoidNodeIds,
        regionPin: this.#regionPin,
        protocolVersion: this.#protocolVersion,
        routerVersion: this.#routerVersion,
        mode: this.#mode,
        ...(this.#move === undefined ? {} : { move: this.#move }),
        ...(this.#opener === undefined ? {} : { opener: this.#opener }),
      },
      decision: this.#decision,
      location: this.#location,
      locationReason: this.#locationReason,
      signalingId: this.signalingId,
      waited: this.#waited,
    };
  }
}

/** Numbers and references in the order of writing; the same two lists are reused. */
class Tape {
  readonly #numbers: number[] = [];
  readonly #references: unknown[] = [];
  #number = 0;
  #reference = 0;
  #end = 0;

  get isMore(): boolean {
    return this.#number < this.#end;
  }

  rewind(): void {
    this.#number = 0;
    this.#reference = 0;
  }

  end(): void {
    this.#end = this.#number;
  }

  put(number: number): void {
    this.#numbers[this.#number++] = number;
  }

  putReference(to: object | string): void {
    this.#references[this.#reference++] = to;
  }

  take(): number {
    return this.#numbers[this.#number++] ?? 0;
  }

  takeReference<T>(): T {
    return this.#references[this.#reference++] as T;
  }
}

function writeRoom(tape: Tape, { room: { holders, members } }: ClusterView): void {
  tape.put(holders.length);
  for (const nodeId of holders) tape.putReference(nodeId);
  tape.put(members.length);
  for (const { hostId, sessions, accessRttMs } of members) {
    tape.putReference(hostId);
    tape.put(sessions);
    tape.put(accessRttMs);
  }
}

function readRoom(tape: Tape): { holders: string[]; members: RoomMembers[] } {
  const holders = times(tape.take(), () => tape.takeReference<string>());
  const members = times(tape.take(), (): RoomMembers => {
    return { hostId: tape.takeReference<string>(), sessions: tape.take(), accessRttMs: tape.take() };
  });
  return { holders, members };
}

function writeApproach(tape: Tape, { host, rttMs, sdMs, isTimed, toMembersMs }: Approach): void {
  tape.putReference(host);
  tape.put(rttMs);
  tape.put(sdMs);
  tape.put(isTimed ? 1 : 0);
  tape.put(toMembersMs.length);
  for (let index = 0; index < toMembersMs.length; index += 1) tape.put(toMembersMs[index] as number);
  tape.put(host.nodes.length);
  for (let index = 0; index < host.nodes.length; index += 1) {
    const node = host.nodes[index] as NodeView;
    tape.putReference(node);
    tape.put(node.sessionsAssumed);
    tape.put(node.sessionsExpected);
    tape.put(node.sessionsReserved);
  }
}

function readApproach(tape: Tape): Approach {
  const { hostId, siteKey } = tape.takeReference<HostView>();
  const [rttMs, sdMs, isTimed] = [tape.take(), tape.take(), tape.take() === 1];
  const toMembersMs = times(tape.take(), () => tape.take());
  const nodes = times(tape.take(), (): NodeView => {
    const view = tape.takeReference<NodeView>();
    return { ...view, sessionsAssumed: tape.take(), sessionsExpected: tape.take(), sessionsReserved: tape.take() };
  });
  return { host: { hostId, siteKey, nodes }, rttMs, sdMs, isTimed, toMembersMs };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
