// Turns effects on and off, in the lobby and in a meeting. The page loads this code at its first use.
import { type LocalTrack, MeridianClientError, type TrackProcessor } from '@meridian/sdk-web';
import {
  type Background,
  type BackgroundProcessor,
  createBackground,
  createNoiseSuppression,
} from '@meridian/sdk-web/effects';
import type { BackgroundChoice, EffectPart, EffectsChoice, EffectsModel } from '../core/effects.ts';
import { rememberEffects, rememberedEffects } from './effects-memory.ts';
import { keepOwnImage, readOwnImage, shrunkImage } from './own-image.ts';
import { Store } from './store.ts';

export interface EffectsPorts {
  /** Open camera and microphone tracks, of the lobby or the meeting. */
  tracks(): readonly LocalTrack[];
  stopped(part: EffectPart, code: string): void;
}

const kindOf = { background: 'video', noise: 'audio' } as const;

export class EffectsControl {
  readonly store: Store<EffectsModel>;
  /** The user's last choice, as stored. It still contains an effect that stopped by itself. */
  #chosen: EffectsChoice = rememberedEffects();
  readonly #ports: EffectsPorts;
  readonly #ownImage: Promise<Blob | undefined>;
  readonly #watched = new WeakSet<LocalTrack>();
  /** Background processors made here; their background can change while they run. */
  readonly #backgrounds = new WeakSet<TrackProcessor>();
  /** Number of the newest change per part, by which a slower, older change finds that it is outdated. */
  readonly #changes = { background: 0, noise: 0 };

  constructor(ports: EffectsPorts) {
    this.#ports = ports;
    this.store = new Store<EffectsModel>({
      ...this.#chosen,
      starting: undefined,
      problem: undefined,
      ownImage: undefined,
    });
    this.#ownImage = readOwnImage();
    void this.#ownImage.then((ownImage) => this.store.get().ownImage ?? this.#change({ ownImage }));
  }

  async make(part: EffectPart): Promise<TrackProcessor | undefined> {
    const { background, noise } = this.store.get();
    if (part === 'noise') return noise ? createNoiseSuppression() : undefined;
    const order = await this.#backgroundOf(background);
    if (order === undefined) return undefined;
    const made = createBackground(order);
    this.#backgrounds.add(made);
    return made;
  }

  /** Watches an open track. It has the processor from `make`, unless that failed to start: then the effect is off. */
  watch(track: LocalTrack): void {
    const part = this.#listen(track);
    if (track.processor !== undefined || !this.#isOn(part)) return;
    this.#disableAfterProblem(part, 'EFFECT_FAILED');
    this.#ports.stopped(part, 'EFFECT_FAILED');
  }

  /** Enables effects that stopped by themselves for the next device that opens. */
  retryStopped(): void {
    if (this.store.get().problem !== undefined) this.#change({ ...this.#chosen, problem: undefined });
  }

  readonly choose = (background: BackgroundChoice): Promise<void> => {
    this.#chosen = { background, noise: this.#chosen.noise };
    return this.#switch('background', { background });
  };

  readonly setNoise = (noise: boolean): Promise<void> => {
    this.#chosen = { background: this.#chosen.background, noise };
    return this.#switch('noise', { noise });
  };

  readonly chooseImage = async (file: Blob): Promise<void> => {
    try {
      const ownImage = await shrunkImage(file);
      this.#change({ ownImage });
      await keepOwnImage(ownImage);
      await this.choose('own');
    } catch (error) {
      console.info('The file is not a usable image:', error);
      this.#change({ problem: { part: 'background', code: 'IMAGE_INVALID' } });
    }
  };

  async #switch(part: EffectPart, choice: Partial<EffectsModel>): Promise<void> {
    const changeNumber = ++this.#changes[part];
    this.#change({ ...choice, problem: undefined, starting: part });
    rememberEffects(this.#chosen);
    try {
      const tracks = this.#ports.tracks().filter(({ kind, source }) => kind === kindOf[part] && isDevice(source));
      await Promise.all(tracks.map((track) => this.#apply(part, track, changeNumber)));
      if (changeNumber === this.#changes[part]) this.#change({ starting: undefined });
    } catch (error) {
      if (changeNumber === this.#changes[part])
        this.#disableAfterProblem(part, error instanceof MeridianClientError ? error.code : 'EFFECT_FAILED');
    }
  }

  async #apply(part: EffectPart, track: LocalTrack, changeNumber: number): Promise<void> {
    this.#listen(track);
    const { processor } = track;
    if (part === 'background' && processor !== undefined && this.#backgrounds.has(processor)) {
      const order = await this.#backgroundOf(this.store.get().background);
      if (changeNumber !== this.#changes[part]) return;
      if (order !== undefined) return await (processor as BackgroundProcessor).setBackground(order);
    }
    const newProcessor = await this.make(part);
    // Reading the image takes time, in which the user may have chosen again.
    if (changeNumber === this.#changes[part]) await track.setProcessor(newProcessor);
    else newProcessor?.close();
  }

  #listen(track: LocalTrack): EffectPart {
    const part = track.kind === 'video' ? 'background' : 'noise';
    if (this.#watched.has(track)) return part;
    this.#watched.add(track);
    track.on('processorStopped', (_name, { code }) => {
      this.#disableAfterProblem(part, code);
      this.#ports.stopped(part, code);
    });
    return part;
  }

  /** Turns an effect off because of a problem. The stored choice stays, so that the next call tries it again. */
  #disableAfterProblem(part: EffectPart, code: string): void {
    this.#changes[part] += 1;
    const offChoice = part === 'noise' ? { noise: false } : { background: 'none' as const };
    this.#change({ ...offChoice, starting: undefined, problem: { part, code } });
  }

  #isOn(part: EffectPart): boolean {
    const { background, noise } = this.store.get();
    return part === 'noise' ? noise : background !== 'none';
  }

  /** Returns the background of a choice; undefined for none, or when the user's image no longer exists. */
  async #backgroundOf(choice: BackgroundChoice): Promise<Background | undefined> {
    if (choice === 'none') return undefined;
    if (choice === 'slight' || choice === 'strong') return { kind: 'blur', strength: choice };
    if (choice !== 'own') return { kind: 'drawn', picture: choice };
    const image = this.store.get().ownImage ?? (await this.#ownImage);
    return image === undefined ? undefined : { kind: 'image', image };
  }

  #change(change: Partial<EffectsModel>): void {
    this.store.set({ ...this.store.get(), ...change });
  }
}

const isDevice = (source: string): boolean => source === 'camera' || source === 'microphone';
