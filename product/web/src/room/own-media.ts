// Switches the user's microphone, camera and screen, one change of each at a time, and reports failures.
import type { Room } from '@meridian/sdk-web';
import type { MeetingAction, OwnMedia, SwitchState } from '../core/meeting.ts';
import { mediaProblemOf } from '../core/model.ts';
import { codeOf } from './failure.ts';

export type OwnPart = keyof OwnMedia;

interface OwnMediaPorts {
  room(): Room | undefined;
  state(): OwnMedia;
  dispatch(action: MeetingAction): void;
  changed(): void;
}

export class OwnMediaControl {
  readonly #ports: OwnMediaPorts;
  readonly #switching = new Set<OwnPart>();

  constructor(ports: OwnMediaPorts) {
    this.#ports = ports;
  }

  isSwitching(part: OwnPart): boolean {
    return this.#switching.has(part);
  }

  /** Turns on or off; does nothing while a change is under way. */
  async toggle(part: OwnPart): Promise<void> {
    if (this.#ports.room() === undefined || this.#switching.has(part)) return;
    await this.switchTo(part, this.#ports.state()[part] === 'off');
  }

  /** Resolves when the change is done or has failed; the user sees a failure. */
  async switchTo(part: OwnPart, on: boolean): Promise<void> {
    const room = this.#ports.room();
    if (room === undefined) return;
    this.#switching.add(part);
    this.#ports.dispatch({ type: 'own', change: { [part]: 'switching' } });
    try {
      await setEnabled(room, part, on);
    } catch (error) {
      if (room === this.#ports.room()) this.#showProblem(part, error);
    }
    if (room !== this.#ports.room()) return;
    this.#switching.delete(part);
    this.#ports.changed();
  }

  /** Returns a separate microphone track, which is never muted; the caller stops it. Rejects as the browser does. */
  async openMicrophone(): Promise<MediaStreamTrack> {
    const room = this.#ports.room();
    const publishedTrack = room?.localParticipant.getTrackPublication('microphone')?.track.mediaStreamTrack;
    if (publishedTrack?.readyState === 'live') {
      const track = publishedTrack.clone(); // cloned, since some systems give a microphone to one application only
      track.enabled = true;
      return track;
    }
    const deviceId = room?.getActiveDevice('audioinput') ?? '';
    const stream = await navigator.mediaDevices.getUserMedia({ audio: deviceId === '' ? true : { deviceId } });
    const [track] = stream.getAudioTracks();
    if (track === undefined) throw new DOMException('The stream is empty.', 'NotFoundError');
    return track;
  }

  show(): void {
    const own = this.#ports.room()?.localParticipant;
    if (own === undefined) return;
    const stateOf = (part: OwnPart, on: boolean): SwitchState => {
      if (this.#switching.has(part)) return 'switching';
      return on ? 'on' : 'off';
    };
    const change: OwnMedia = {
      microphone: stateOf('microphone', own.isMicrophoneEnabled),
      camera: stateOf('camera', own.isCameraEnabled),
      screen: stateOf('screen', own.isScreenShareEnabled),
    };
    this.#ports.dispatch({ type: 'own', change });
  }

  /** Forgets pending changes, since they belong to the previous room. */
  reset(): void {
    this.#switching.clear();
  }

  /** Shows why a change failed. If the user cancels the choice of a screen, that is no failure. */
  #showProblem(part: OwnPart, error: unknown): void {
    const code = codeOf(error);
    const nowMs = performance.now();
    if (part === 'screen' && code === 'DEVICE_DENIED') return;
    if (code.startsWith('DEVICE_')) {
      this.#ports.dispatch({ type: 'mediaProblem', device: part, problem: mediaProblemOf(error), nowMs });
    } else {
      this.#ports.dispatch({ type: 'actionFailed', code, nowMs });
    }
  }
}

async function setEnabled(room: Room, part: OwnPart, on: boolean): Promise<void> {
  const own = room.localParticipant;
  if (part === 'microphone') await own.setMicrophoneEnabled(on);
  else if (part === 'camera') await own.setCameraEnabled(on);
  else await own.setScreenShareEnabled(on, { audio: true });
}
