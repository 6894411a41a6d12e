// The lobby's camera and microphone, opened for a preview and closed before the room opens its own.
import { LocalTrack } from '@meridian/sdk-web';
import {
  type DeviceKind,
  type DevicesModel,
  type LevelSource,
  type MediaSource,
  mediaProblemOf,
  noDevices,
} from '../core/model.ts';
import type { SoundTests } from '../ui/actions.ts';
import type { PreviewState } from '../ui/lobby.tsx';
import { listDevices, onDeviceChange } from './devices.ts';
import type { Effects } from './effects.ts';
import { levelOf } from './level.ts';
import { playTestSound, tryMicrophone } from './sound-test.ts';
import { Store } from './store.ts';

export interface PreviewModel {
  camera: PreviewState;
  microphone: PreviewState;
  picture?: MediaSource;
  devices: DevicesModel;
}

type Part = 'camera' | 'microphone';
const kindOf = { camera: 'videoinput', microphone: 'audioinput' } as const satisfies Record<Part, DeviceKind>;

export type PreviewEffects = Pick<Effects, 'opened' | 'maker'>;

export class Preview {
  readonly store = new Store<PreviewModel>({ camera: 'off', microphone: 'off', devices: noDevices });
  readonly #tracks = new Map<Part, LocalTrack>();
  readonly #effects: PreviewEffects;
  readonly #newestRequest = new Map<Part, number>(); // number of the newest request: tracks of older ones are stopped
  #selected: Record<DeviceKind, string> = { audioinput: '', videoinput: '', audiooutput: '' };
  #stopWatching: (() => void) | undefined;

  constructor(effects: PreviewEffects) {
    this.#effects = effects;
  }

  get localTracks(): readonly LocalTrack[] {
    return [...this.#tracks.values()];
  }

  /** Loudness of the microphone that is open when the listener subscribes. */
  readonly level: LevelSource = {
    subscribe: (listener) => {
      const track = this.#tracks.get('microphone');
      return track === undefined ? () => undefined : levelOf(track.mediaStreamTrack, listener);
    },
  };

  readonly tests: SoundTests = {
    playSound: () => playTestSound(this.#selected.audiooutput),
    tryMicrophone: (o) => {
      const open = async (): Promise<MediaStreamTrack> =>
        this.#tracks.get('microphone')?.mediaStreamTrack.clone() ?? (await this.#openDevice('microphone'));
      return tryMicrophone({ ...o, open, outputId: this.#selected.audiooutput });
    },
  };

  get deviceIds(): Readonly<Record<DeviceKind, string>> {
    return this.#selected;
  }

  open(o: Readonly<Record<Part, boolean>>): void {
    this.#stopWatching ??= onDeviceChange(() => void this.#refreshDevices());
    void this.#refreshDevices();
    for (const part of ['camera', 'microphone'] as const) if (o[part]) void this.#start(part);
  }

  /** Turns off a device that is on; otherwise tries to open it (again). */
  toggle(part: Part): void {
    if (this.store.get()[part] === 'on' || this.store.get()[part] === 'starting') this.#stop(part);
    else void this.#start(part);
  }

  select(kind: DeviceKind, deviceId: string): void {
    this.#selected = { ...this.#selected, [kind]: deviceId };
    const part = kind === 'videoinput' ? 'camera' : kind === 'audioinput' ? 'microphone' : undefined;
    if (part !== undefined && this.store.get()[part] !== 'off') void this.#start(part);
    else void this.#refreshDevices();
  }

  /** Closes the devices. The store keeps the choice for the room. */
  close(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    for (const part of ['camera', 'microphone'] as const) this.#stop(part);
  }

  async #start(part: Part): Promise<void> {
    const requestNumber = this.#nextRequestNumber(part);
    this.#release(part);
    this.#show(part, 'starting');
    try {
      const track = await this.#openTrack(part);
      if (this.#newestRequest.get(part) !== requestNumber) {
        track.stop();
        return;
      }
      this.#tracks.set(part, track);
      track.on('ended', () => {
        if (this.#tracks.get(part) === track) this.#show(part, { problem: 'missing' }); // unplugged
      });
      const show = (): void => this.#show(part, 'on', part === 'camera' ? sourceOf(track.mediaStreamTrack) : undefined);
      track.on('replaced', () => {
        if (this.#tracks.get(part) === track) show();
      });
      this.#selected = { ...this.#selected, [kindOf[part]]: track.deviceId ?? '' };
      show();
      this.#effects.opened(track);
    } catch (error) {
      if (this.#newestRequest.get(part) === requestNumber) this.#show(part, { problem: mediaProblemOf(error) });
    }
    await this.#refreshDevices();
  }

  /** Opens the track with the chosen effects, so that the preview shows what others will see. */
  async #openTrack(part: Part): Promise<LocalTrack> {
    const track = new LocalTrack({ mediaStreamTrack: await this.#openDevice(part), source: part });
    try {
      await track.setProcessor(await this.#effects.maker(part === 'camera' ? 'background' : 'noise')());
    } catch (error) {
      console.info('The device is used without effects:', error);
    }
    return track;
  }

  async #openDevice(part: Part): Promise<MediaStreamTrack> {
    const deviceId = this.#selected[kindOf[part]];
    const exact = deviceId === '' ? {} : { deviceId: { exact: deviceId } };
    const stream = await navigator.mediaDevices.getUserMedia(
      part === 'camera' ? { video: { width: { ideal: 1280 }, height: { ideal: 720 }, ...exact } } : { audio: exact },
    );
    const [track] = stream.getTracks();
    if (track === undefined) throw new DOMException('The stream is empty.', 'NotFoundError');
    return track;
  }

  #stop(part: Part): void {
    this.#nextRequestNumber(part);
    this.#release(part);
    this.#show(part, 'off');
  }

  #release(part: Part): void {
    this.#tracks.get(part)?.stop();
    this.#tracks.delete(part);
  }

  #nextRequestNumber(part: Part): number {
    const requestNumber = (this.#newestRequest.get(part) ?? 0) + 1;
    this.#newestRequest.set(part, requestNumber);
    return requestNumber;
  }

  #show(part: Part, state: PreviewState, picture?: MediaSource): void {
    const { picture: shown, ...rest } = this.store.get();
    const next = part === 'camera' ? picture : shown;
    if (rest[part] === state && next === shown) return;
    this.store.set({ ...rest, [part]: state, ...(next === undefined ? {} : { picture: next }) });
  }

  async #refreshDevices(): Promise<void> {
    const devices = await listDevices(this.#selected);
    this.store.set({ ...this.store.get(), devices });
  }
}

function sourceOf(track: MediaStreamTrack): MediaSource {
  return {
    id: track.id,
    attach(element) {
      element.srcObject = new MediaStream([track]);
    },
    detach(element) {
      element.srcObject = null;
    },
  };
}
