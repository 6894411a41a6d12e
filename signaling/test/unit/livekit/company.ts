// A room in a memory cloud in which bob, a client of ours, publishes; LiveKit's clients come and go.
import { expect } from 'vitest';
import type { FakeNode } from '../../service/rig/node.ts';
import { MemoryClient, MemoryCloud, type MemoryNode, settled } from '../../support/memory-cloud.ts';
import { type LiveKitClient, type LiveKitClientOptions, MemoryLiveKit } from '../../support/memory-livekit.ts';

export const bobsTrack = 'TR_bobsmicrophone';

export class Company {
  readonly cloud: MemoryCloud;
  readonly media: FakeNode;
  readonly node: MemoryNode;
  readonly livekit: MemoryLiveKit;
  /** Client that records messages about others, from now on. */
  readonly bob: MemoryClient;
  /** Timers that are armed while bob is alone. */
  readonly #timers: number;

  static async start(): Promise<Company> {
    const cloud = await MemoryCloud.start();
    const media = cloud.mediaNode('sfu-fra', 'fra');
    const node = await cloud.node('sig-fra', 'fra');
    const bob = await MemoryClient.join(cloud, node, { identity: 'bob', video: { roomAdmin: true } });
    expect(await bob.publish(bobsTrack)).toBe('published');
    await settled();
    bob.heard.length = 0;
    return new Company({ cloud, media, node, bob });
  }

  private constructor(o: Pick<Company, 'cloud' | 'media' | 'node' | 'bob'>) {
    this.cloud = o.cloud;
    this.media = o.media;
    this.node = o.node;
    this.livekit = new MemoryLiveKit(o.cloud, o.node);
    this.bob = o.bob;
    this.#timers = o.cloud.clock.pendingTimers;
  }

  /** Returns a client that has joined and answered the first offer. */
  async ann(o: LiveKitClientOptions = {}): Promise<LiveKitClient> {
    const ann = this.beginJoin(o);
    await ann.hears('join');
    await settled();
    return ann;
  }

  /** Returns a client that is about to join and answers offers. */
  beginJoin(o: LiveKitClientOptions = {}): LiveKitClient {
    return this.livekit.open({ identity: 'ann', answers: true, ...o });
  }

  /** Kinds of the room's events that bob received, in order; without measurements and secrets. */
  get events(): (string | undefined)[] {
    const kinds = this.bob.events().map(({ seq: _, ...event }) => Object.keys(event)[0]);
    return kinds.filter((kind) => kind !== undefined && kind !== 'qualityChanged');
  }

  /** Checks that nothing of ann stays, and that bob received these events and is still served. */
  async expectAnnGone(
    events: readonly (string | undefined)[] = ['participantJoined', 'participantLeft'],
  ): Promise<void> {
    const { cloud, media, node, bob } = this;
    await cloud.until(() => node.clients.sessionCount === 1 && media.sessions.size === 1, 'ann is gone');
    await settled();
    expect(this.events).toEqual(events);
    expect(bob.closed).toBeUndefined();
    expect(await bob.outcome({ setTrackMuted: { trackId: bobsTrack, muted: true } })).toBe('ack');
    const { resumable, rooms, waiting } = this.livekit;
    expect([resumable.size, rooms.size, waiting.bytes]).toEqual([0, 0, 0]);
    expect(cloud.clock.pendingTimers).toBe(this.#timers);
  }
}
