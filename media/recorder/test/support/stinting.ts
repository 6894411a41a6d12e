// Recorder without a room: a spool and a store in folders of their own, and rooms with a test's tracks.

import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Participant, Speaker, Track } from '@meridian/protocol';
import type { RoomTracksOptions, TrackSink } from '@meridian/room-media';
import { createLogger, ManualClock, secureRng } from '@meridian/runtime';
import { openFileStore } from '../../../../files/object-store/src/file-store.ts';
import { FaultyStore } from '../../../../files/object-store/test/support/faulty-store.ts';
import { type Recovery, recoverStints } from '../../src/stints/recovery.ts';
import { Spool } from '../../src/stints/spool.ts';
import { type EndWhy, Stint, type StintOptions } from '../../src/stints/stint.ts';
import { Uploader } from '../../src/stints/uploader.ts';
import { opus } from './coded-frames.ts';
import { FaultyDisk, temporaryFolder } from './spooling.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });

/** Process of a recorder; a second one on the same place acts as the next start. */
export class TestRecorder {
  readonly place: string;
  readonly disk = new FaultyDisk();
  readonly clock: ManualClock;
  readonly store: FaultyStore;
  readonly space: Spool;
  readonly uploader: Uploader;
  readonly #stints: Stint[] = [];

  static async start(o: { place?: string; clock?: ManualClock } = {}): Promise<TestRecorder> {
    const place = o.place ?? temporaryFolder('recorder');
    const clock = o.clock ?? new ManualClock();
    const disk = new FaultyDisk();
    const space = await Spool.open({ folder: join(place, 'spool'), disk, clock, log });
    const store = new FaultyStore(await openFileStore({ folder: join(place, 'store') }));
    return new TestRecorder({ place, clock, disk, space, store });
  }

  private constructor(o: { place: string; clock: ManualClock; disk: FaultyDisk; space: Spool; store: FaultyStore }) {
    this.place = o.place;
    this.clock = o.clock;
    this.disk = o.disk;
    this.space = o.space;
    this.store = o.store;
    this.uploader = new Uploader({ store: o.store, clock: o.clock, rng: secureRng(), log });
  }

  recover(): Promise<Recovery> {
    return recoverStints({ space: this.space, uploader: this.uploader, clock: this.clock, log });
  }

  async open(room: TestRoom, o: Partial<StintOptions> = {}): Promise<{ stint: Stint; closed: EndWhy[] }> {
    const closed: EndWhy[] = [];
    const stint = await Stint.open({
      recordingId: 'rec_1',
      roomKey: 'Acme/daily',
      identity: '',
      recorderId: 'rec-1',
      space: this.space,
      uploader: this.uploader,
      clock: this.clock,
      log,
      join: (hooks) => room.join(hooks),
      onClosed: (why) => void closed.push(why),
      ...o,
    });
    this.#stints.push(stint);
    return { stint, closed };
  }

  spooled(): string[] {
    const all = readdirSync(this.space.folder, { recursive: true, withFileTypes: true });
    return all
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.space.folder, join(entry.parentPath, entry.name)))
      .sort();
  }
  async keys(): Promise<string[]> {
    return (await this.store.list('', { limit: 1000 })).map(({ key }) => key);
  }

  async stop(): Promise<void> {
    this.space.close();
    await this.uploader.close();
    await this.store.close('test');
  }
  async dispose(): Promise<void> {
    this.disk.fails = () => undefined;
    await this.stop();
    for (const stint of this.#stints) {
      await stint.close('lost');
      await stint.outcome;
    }
    if (existsSync(this.place)) await rm(this.place, { recursive: true });
  }
}

export function speak(rig: TestRecorder, sound: TrackSink, durationMs: number): void {
  for (let ms = 0; ms < durationMs; ms += 20) {
    rig.clock.advance(20);
    sound.frame(opus(rig.clock.nowMs()));
  }
}

type Hooks = Pick<RoomTracksOptions, 'identity' | 'onTrack' | 'onPosts' | 'onEnded'>;

export class TestRoom {
  readonly sinks = new Map<string, TrackSink | undefined>();
  readonly keyDemands: string[] = [];
  speakers: Speaker[] = [];
  closes = 0;
  #hooks: Hooks | undefined;

  join(hooks: Hooks): Promise<TestRoom> {
    this.#hooks = hooks;
    return Promise.resolve(this);
  }
  get hooks(): Hooks {
    if (this.#hooks === undefined) throw new Error('the room has not been joined');
    return this.#hooks;
  }
  /** Sessions are named by their identities. */
  get roster() {
    return { speakers: this.speakers, get: (sessionId: string) => ({ identity: sessionId }) };
  }
  close(): void {
    this.closes += 1;
    for (const sink of this.sinks.values()) sink?.end();
  }

  publish(identity: string, kind: 'audio' | 'video'): TrackSink {
    const trackId = `TR_${identity}${kind}`;
    const sink = this.#publish(identity, kind, trackId);
    if (sink === undefined) throw new Error('the track is not recorded');
    return sink;
  }
  /** Returns undefined for a track that is not recorded. */
  offer(identity: string, at: number): TrackSink | undefined {
    return this.#publish(identity, 'audio', `TR_${identity}${at}`);
  }
  #publish(identity: string, kind: 'audio' | 'video', trackId: string): TrackSink | undefined {
    const source = kind === 'audio' ? 'microphone' : 'camera';
    const track = { trackId, kind, source, name: `the ${kind}` } as Track;
    const publisher = { identity, sessionId: identity, name: `Name of ${identity}` } as Participant;
    const sink = this.hooks.onTrack(track, publisher, () => void this.keyDemands.push(trackId));
    this.sinks.set(trackId, sink);
    return sink;
  }
}
