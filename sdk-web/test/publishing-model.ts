// Random calls of a page that publishes, against a model of two lines: a track is wanted by the last of publish,
// unpublish and stop, and muted by the last of mute and unmute.
import type { MeridianClientError } from '@meridian/client';
import type { LocalTrack } from '../src/tracks/local-track.ts';
import { FakeTrack } from './fake-tracks.ts';
import { disagreements, randomOf, World } from './publishing-world.ts';

/** Expected state of a track; undefined: it depends on which of two calls came first, or failed. */
interface Expected {
  wanted: boolean | undefined;
  muted: boolean | undefined;
}
type Source = 'camera' | 'microphone';
const codecs = ['vp8', 'vp9', 'h264'] as const;

class Page {
  readonly world: World;
  readonly tracks: LocalTrack[] = [];
  readonly expected = new Map<LocalTrack, Expected>();
  /** Last call for a source; undefined: its outcome is not known. */
  readonly enabled = new Map<Source, boolean | undefined>();
  pending = 0;
  /** True from a host's mute or removal until all is quiet: it may come before or after the app's calls. */
  isAmbiguous = false;
  readonly wrong: string[] = [];

  constructor(seed: number, faults: number) {
    this.world = new World(seed, { left: faults, probability: 0.08 });
    const { world } = this;
    world.onFailed = (track) => {
      this.#expect(track, { wanted: false });
      for (const source of this.enabled.keys()) if (source === track.source) this.enabled.set(source, undefined);
    };
    world.onRemovedByService = (trackId, remove) => {
      const bound = this.tracks.filter((track) => track.isBound);
      remove();
      for (const track of bound) if (!track.isBound) this.#expect(track, { wanted: false });
      this.world.log.push(`removed ${trackId.slice(-3)}`);
    };
    for (const [kind, isDevice] of [
      ['video', true],
      ['audio', true],
      ['video', false],
    ] as const) {
      const track = world.newTrack(kind, isDevice);
      this.tracks.push(track);
      this.expected.set(track, { wanted: false, muted: false });
    }
  }

  /** All tracks: those made here, and those that the participant opened. */
  get allTracks(): LocalTrack[] {
    const published = this.world.events.map(({ track }) => track);
    return [...new Set([...this.tracks, ...published])];
  }

  async act(): Promise<void> {
    const { world } = this;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(world.random() * list.length)] as T;
    const track = pick(this.tracks);
    const name = this.tracks.indexOf(track);
    const random = world.random();
    if (random < 0.16) this.#publish(track, name);
    else if (random < 0.24) this.#unpublish(track, name);
    else if (random < 0.38) this.#mute(track, name, true);
    else if (random < 0.52) this.#mute(track, name, false);
    else if (random < 0.58) this.#replace(track, name);
    else if (random < 0.6) this.#stop(track, name);
    else if (random < 0.7) this.#enable(pick(['camera', 'microphone']), world.random() < 0.6);
    else if (random < 0.75) this.#byService();
    else if (random < 0.8) await this.#connection();
    else if (random < 0.83) await world.beginMove();
    else if (random < 0.88) this.#rendition();
    else await this.steps(1 + Math.floor(world.random() * 12));
  }

  async steps(count: number): Promise<void> {
    for (let step = 0; step < count && this.world.isBusy; step += 1) await this.world.step();
  }

  /** Returns what is wrong when all is quiet and the connection is up. */
  async check(): Promise<string[]> {
    const { world } = this;
    world.faults.left = 0;
    if (!world.isConnected) await (world.random() < 0.5 ? world.resume() : world.join());
    await world.quiet();
    const wrong = [...this.wrong, ...disagreements(world, this.allTracks)];
    if (this.pending > 0) wrong.push(`${this.pending} calls have not ended`);
    for (const [index, track] of this.tracks.entries()) {
      const { wanted, muted } = this.isAmbiguous ? {} : (this.expected.get(track) ?? {});
      const isPublished = world.publishing.find(track) !== undefined;
      if (wanted !== undefined && wanted !== isPublished)
        wrong.push(`track ${index} is ${isPublished ? '' : 'not '}published`);
      if (muted !== undefined && muted !== track.isMuted)
        wrong.push(`track ${index} is ${track.isMuted ? '' : 'not '}muted`);
      this.expected.set(track, { wanted: isPublished, muted: track.isMuted });
    }
    for (const [source, enabled] of this.enabled)
      this.#checkSource(source, this.isAmbiguous ? undefined : enabled, wrong);
    this.isAmbiguous = false;
    return wrong;
  }

  #checkSource(source: Source, enabled: boolean | undefined, wrong: string[]): void {
    const own = this.world.publishing.find(source)?.track;
    const isOn = own !== undefined && !own.isMuted;
    if (enabled !== undefined && enabled !== isOn) wrong.push(`the ${source} is ${isOn ? 'on' : 'off'}`);
    this.enabled.set(source, isOn);
  }

  #expect(track: LocalTrack, change: Partial<Expected>): void {
    const expected = this.expected.get(track);
    if (expected !== undefined) Object.assign(expected, change);
  }

  #call(text: string, work: Promise<unknown>, failed: (error: unknown) => void = () => undefined): void {
    this.world.log.push(text);
    this.pending += 1;
    work.then(
      () => {
        this.pending -= 1;
      },
      (error: unknown) => {
        this.pending -= 1;
        const { code } = error as MeridianClientError;
        this.world.log.push(`${text}: ${code ?? String(error)}`);
        failed(error);
      },
    );
  }

  #publish(track: LocalTrack, name: number): void {
    const { world } = this;
    const isPossible = !track.isBound && !track.hasEnded;
    const codec = codecs[Math.floor(world.random() * codecs.length)];
    const published = world.local.publishTrack(track, { source: 'unknown', ...(codec && { codec }) });
    const bound = (): boolean => world.publishing.find(track) !== undefined;
    if (isPossible && !bound()) this.wrong.push('a publish is not bound at once');
    if (isPossible) this.#expect(track, { wanted: true });
    this.#call(
      `publish ${name} ${codec}`,
      published.then(() => {
        world.log.push(`published ${name}`);
      }),
    );
  }

  #unpublish(track: LocalTrack, name: number): void {
    const wasBound = track.isBound;
    const unpublished = this.world.local.unpublishTrack(track);
    if (wasBound) this.#expect(track, { wanted: false });
    this.#call(`unpublish ${name}`, unpublished);
  }

  #mute(track: LocalTrack, name: number, muted: boolean): void {
    this.#expect(track, { muted });
    this.#call(`${muted ? 'mute' : 'unmute'} ${name}`, muted ? track.mute() : track.unmute(), () => {
      this.#expect(track, { muted: undefined });
    });
  }

  #replace(track: LocalTrack, name: number): void {
    this.world.log.push(`replace ${name}`);
    const next = new FakeTrack(`next${this.world.opened.length}`, track.kind);
    this.world.opened.push(next);
    this.#call(`replace ${name}`, track.replaceTrack(next.asTrack));
  }

  #stop(track: LocalTrack, name: number): void {
    this.world.log.push(`stop ${name}`);
    track.stop();
    this.#expect(track, { wanted: false });
  }

  #enable(source: Source, enabled: boolean): void {
    const { local } = this.world;
    const call = source === 'camera' ? local.setCameraEnabled(enabled) : local.setMicrophoneEnabled(enabled);
    this.enabled.set(source, enabled);
    this.#call(`${source} ${enabled ? 'on' : 'off'}`, call, () => this.enabled.set(source, undefined));
  }

  /** A host mutes or removes a track: which of two changes came first is not known. */
  #byService(): void {
    const { world } = this;
    const originals = [...world.service.values()].filter(({ derivedFrom }) => derivedFrom === '');
    const one = originals[Math.floor(world.random() * originals.length)];
    if (one === undefined) return;
    this.isAmbiguous = true;
    const isMute = world.random() < 0.7;
    world.log.push(`service ${isMute ? 'mutes' : 'removes'} ${one.trackId.slice(-3)}`);
    if (isMute) world.muteByService(one.trackId);
    else world.removeByService(one.trackId);
  }

  async #connection(): Promise<void> {
    const { world } = this;
    if (world.isConnected && world.random() < 0.6) await world.loseSocket();
    else if (world.isConnected || world.random() < 0.5) await world.join();
    else await world.resume();
  }

  #rendition(): void {
    const videos = [...this.world.service.values()].filter(
      (one) => one.derivedFrom === '' && one.mimeType !== 'audio/opus',
    );
    const one = videos[Math.floor(this.world.random() * videos.length)];
    if (one !== undefined) this.world.wantRendition(one.trackId, this.world.random() < 0.6);
  }
}

/** Runs the calls of a seed. Returns what is wrong with its log, or undefined. */
export async function failureOf(seed: number): Promise<string | undefined> {
  const shape = randomOf(seed ^ 0x5bd1e995);
  const page = new Page(seed, shape() < 0.5 ? 0 : Math.ceil(shape() * 3));
  if (shape() < 0.8) await page.world.join();
  const rounds = 1 + Math.floor(shape() * 2);
  for (let round = 0; round < rounds; round += 1) {
    const calls = 2 + Math.floor(shape() * 14);
    for (let call = 0; call < calls; call += 1) await page.act();
    let wrong: string[];
    try {
      wrong = await page.check();
    } catch (error) {
      wrong = [String(error)];
    }
    if (wrong.length > 0) return `seed ${seed}: ${wrong.join('; ')}\n${page.world.log.join('\n')}`;
  }
  return undefined;
}

/** Seeds that have found a fault once. */
export const failedSeeds: readonly number[] = [22_734, 188_096_659, 1_370_360_850, 1_540_652_268];
