// Enters and leaves break-outs with the SDK. The main room stays joined; this class decides which of the two rooms the
// page shows.
import { type BreakOutEnd, type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import type { MeetingAction } from '../core/meeting.ts';
import type { ToastTone } from '../core/toasts.ts';
import { codeOf } from './failure.ts';

export interface EnteredBreakOut {
  readonly breakOutId: string;
  readonly name: string;
  /** Devices that were on in the room before. */
  readonly microphone: boolean;
  readonly camera: boolean;
}

export interface BreakOutPorts {
  main(): Room | undefined;
  dispatch(action: MeetingAction): void;
  showBreakOut(room: Room, breakOut: EnteredBreakOut): void;
  /** Shows the main room, unless it is shown already. */
  showMain(): void;
  failed(code: string): void;
}

const tones: Readonly<Record<Exclude<BreakOutEnd, 'left'>, ToastTone>> = {
  closed: 'info',
  time: 'info',
  moved: 'info',
  lost: 'warning',
};

/** Handles the break-outs of one main room after another. */
export class BreakOutRooms {
  readonly #ports: BreakOutPorts;
  /** The latest attempt to enter. */
  #attempt: object | undefined;

  constructor(o: BreakOutPorts) {
    this.#ports = o;
  }

  /** Listens to a main room before it connects. Returns a function that stops listening. */
  bind(main: Room): () => void {
    const stops: (() => void)[] = [];
    const on = <K extends keyof RoomEventMap>(event: K, handler: (...args: RoomEventMap[K]) => void): void => {
      main.on(event, handler);
      stops.push(() => main.off(event, handler));
    };
    this.#attempt = undefined;
    on(RoomEvent.BreakOutEnded, (reason, { name }) => {
      this.#ports.showMain();
      // A failed attempt to enter shows its own message.
      if (reason === 'left' || this.#attempt !== undefined) return;
      this.#toast(tones[reason], `breakOut.ended.${reason}`, name);
    });
    on(RoomEvent.PostsChanged, (added) => {
      const last = added.findLast(({ kind }) => kind === 'announcement');
      if (last === undefined || main.kind === 'show') return;
      const { identity, name, text } = last;
      if (identity !== '' && identity === main.localParticipant.identity)
        this.#toast('good', 'breakOut.announced', name);
      else this.#ports.dispatch({ type: 'announcement', announcement: { by: name || identity, text } });
    });
    return () => {
      for (const stop of stops) stop();
      this.#attempt = undefined;
    };
  }

  /** Resolves when the page shows the break-out or an error. Does nothing while another attempt runs. */
  async enter(breakOutId: string): Promise<void> {
    const main = this.#ports.main();
    if (main === undefined || this.#attempt !== undefined) return;
    const attempt = {};
    this.#attempt = attempt;
    const { isMicrophoneEnabled, isCameraEnabled } = (main.breakOutRoom ?? main).localParticipant;
    this.#ports.dispatch({ type: 'breakOutEntering', breakOutId });
    try {
      // The page opens the chosen devices itself, so that it shows their failures.
      const room = await main.enterBreakOut(breakOutId, { audio: false, video: false });
      const breakOut = main.breakOuts.find((one) => one.breakOutId === breakOutId);
      if (attempt !== this.#attempt) return;
      // The break-out ended during the join.
      if (breakOut === undefined || main.breakOutRoom !== room) return this.#ports.failed('BREAK_OUT_CLOSED');
      const { name } = breakOut;
      this.#ports.showBreakOut(room, { breakOutId, name, microphone: isMicrophoneEnabled, camera: isCameraEnabled });
    } catch (error) {
      if (attempt === this.#attempt) this.#ports.failed(codeOf(error));
    } finally {
      if (attempt === this.#attempt) {
        this.#attempt = undefined;
        this.#ports.dispatch({ type: 'breakOutEntering' });
      }
    }
  }

  async leave(): Promise<void> {
    await this.#ports.main()?.leaveBreakOut();
  }

  #toast(tone: ToastTone, key: `breakOut.ended.${Exclude<BreakOutEnd, 'left'>}` | 'breakOut.announced', name: string) {
    this.#ports.dispatch({ type: 'toast', tone, message: { key, values: { name } }, nowMs: performance.now() });
  }
}
