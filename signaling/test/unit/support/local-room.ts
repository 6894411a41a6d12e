// A signaling node's room against a fake owner, and a member of it that records its messages.
import {
  decodeServerFrame,
  type ErrorCode,
  emptyRoomInfo,
  MeridianError,
  type Quality,
  type RoomDifference,
  type RosterEvent,
  type RosterView,
  type wire,
} from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { LocalRoom } from '../../../src/clients/local-room.ts';
import type { RoomMember } from '../../../src/clients/room-member.ts';
import type { RenditionNeed } from '../../../src/core/index.ts';
import type { CentrePort, Lease, RoomPort } from '../../../src/ports.ts';
import { person } from '../fixtures.ts';

export const left = (seq: number, name: string, reason = ''): RosterEvent => ({
  seq,
  change: { type: 'participantLeft', sessionId: `PA_${name}`, reason },
});

export class Member implements RoomMember {
  readonly sessionId: string;
  adoption = 0;
  fence = 'eu';
  quality: Quality = 'unknown';
  needs: readonly RenditionNeed[] = [];
  readonly frames: wire.ServerFrame[] = [];
  /** Bytes of the frames. */
  readonly bytes: Uint8Array[] = [];
  readonly changes: (readonly RoomDifference[] | undefined)[] = [];
  refused: ErrorCode | undefined;
  constructor(name: string) {
    this.sessionId = `PA_${name}`;
  }
  send(frame: Uint8Array): void {
    this.bytes.push(frame);
    this.frames.push(decodeServerFrame(frame));
  }
  onRoster(changes: readonly RoomDifference[] | undefined): void {
    this.changes.push(changes);
  }
  evict(code: ErrorCode): void {
    this.refused = code;
  }
  get seqs(): number[] {
    return this.frames.flatMap((frame) => frame.roomEvents?.events?.map((event) => event.seq ?? 0) ?? []);
  }
}

/** Makes the room `acme/lobby`, its owner (`one`, with its requests and answers) and the centre that names it. */
export function setUp() {
  const clock = new ManualClock();
  const owner = {
    view: { epoch: 1, seq: 1, participants: [person('ann')], speakers: [], info: emptyRoomInfo } as RosterView,
    asked: [] as string[],
    failure: undefined as ErrorCode | undefined,
    refuse: undefined as ErrorCode | undefined,
    /** A knocking client has to wait. */
    waits: true,
    answers: undefined as Promise<void> | undefined,
  };
  let lease: Lease = { roomKey: 'acme/lobby', ownerId: 'one', epoch: 1, nodeIds: [], created: false };
  const portFor = async (wanted: Lease): Promise<RoomPort> => {
    const say = async <T>(what: string, answer: T): Promise<T> => {
      owner.asked.push(`${wanted.ownerId}#${wanted.epoch} ${what}`);
      if (owner.answers !== undefined) await owner.answers;
      if (wanted.epoch < owner.view.epoch) return Promise.reject(new MeridianError('EPOCH_STALE'));
      if (owner.failure !== undefined) return Promise.reject(new MeridianError(owner.failure));
      return Promise.resolve(answer);
    };
    const done = (what: string) => say(what, undefined);
    return {
      ownerId: wanted.ownerId,
      epoch: wanted.epoch,
      join: async (o) => {
        if (owner.refuse !== undefined && o.takeover) throw new MeridianError(owner.refuse);
        return say(`join ${o.participant.identity}${o.takeover ? ` again in ${o.fence}` : ''}`, {
          view: owner.view,
          offers: [],
          fence: 'eu',
          outside: false,
          toCrowd: false,
        });
      },
      announce: async (o) => {
        if (owner.refuse !== undefined) throw new MeridianError(owner.refuse);
        return say(`join ${o.participant.identity} again in ${o.fence}`, undefined);
      },
      leave: () => done('leave'),
      publish: () => done('publish'),
      unpublish: () => done('unpublish'),
      mute: () => done('mute'),
      update: () => done('update'),
      act: () => say('act', { recordingId: '' }),
      grants: (_node, trackIds) => say(`grants ${trackIds.join(' ')}`, { offers: [], failed: [] }),
      snapshot: () => say('snapshot', owner.view),
      moved: async () => undefined,
      quality: (sessionId, quality) =>
        void owner.asked.push(`${wanted.ownerId}#${wanted.epoch} ${sessionId} ${quality}`),
      needs: (needs) =>
        void owner.asked.push(`${wanted.ownerId}#${wanted.epoch} needs ${needs.map(({ trackId }) => trackId)}`),
      knock: ({ waitId }) => say(`knock ${waitId}`, owner.waits ? { reason: 'lobby', hosts: 1 } : undefined),
      unknock: (waitId) => void owner.asked.push(`${wanted.ownerId}#${wanted.epoch} unknock ${waitId}`),
      hand: ({ identity, raised }) => done(`hand ${identity} ${raised}`),
      post: () => say('post', { postId: 'PT_0123456789abcdef', wallMs: 1 }),
      vote: () => done('vote'),
      reactions: (counts) => {
        owner.asked.push(`${wanted.ownerId}#${wanted.epoch} reactions ${JSON.stringify(counts)}`);
      },
      offerPosts: ({ posts }) => {
        owner.asked.push(`${wanted.ownerId}#${wanted.epoch} kept ${posts.map(({ text }) => text)}`);
      },
      renditionRefused: () => undefined,
    };
  };
  const forgotten: string[] = [];
  const above: number[] = [];
  const centre = {
    lease: async (_roomKey: string, aboveEpoch = 0) => {
      above.push(aboveEpoch);
      return lease;
    },
    forgetLease: (roomKey: string) => forgotten.push(roomKey),
  } as unknown as CentrePort;
  let unused = 0;
  /** Participants that left or moved, with their earlier node. */
  const gone: string[] = [];
  const room = new LocalRoom({
    roomKey: 'acme/lobby',
    selfId: 'sig-fra',
    crowdSeats: { taken: 0 },
    centre,
    clock,
    log: createLogger({ name: 'test', level: 'fatal' }),
    rng: seededRng('local-room'),
    portFor,
    isReachable: () => owner.failure === undefined,
    onLeft: ({ identity, nodeId }) => gone.push(`${identity} at ${nodeId}`),
    onDifference: () => undefined,
    onRoster: () => undefined,
    onUnused: () => {
      unused += 1;
    },
  });
  const settle = async (ms = 0): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    if (ms > 0) clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const joined = async (name: string): Promise<Member> => {
    room.use();
    await room.join({ participant: person(name), takeover: false, manualSubscribe: false, adoption: 0, fence: '' });
    const member = new Member(name);
    room.add(member);
    room.leaveUse();
    return member;
  };
  return {
    clock,
    owner,
    room,
    settle,
    joined,
    forgotten,
    above,
    gone,
    setLease: (changed: Partial<Lease>) => (lease = { ...lease, ...changed }),
    unused: () => unused,
  };
}
