// Into break-outs of the room and back, by the SDK. The main room stays joined; which of both rooms the page shows is
// said here.
import { type BreakOutEnd, type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import type { MeetingAction } from '../core/meeting.ts';
import type { ToastTone } from '../core/toasts.ts';
import { codeOf } from './failure.ts';

export interface EnteredBreakOut {
  readonly breakOutId: string;
  readonly name: string;
  /** What was on when we left the room before. */
  readonly microphone: boolean;
  readonly camera: boolean;
}

export interface BreakOutPorts {
  main(): Room | undefined;
  dispatch(action: MeetingAction): void;
  /** The page shows this break-out's room from now on. */
  showBreakOut(room: Room, of: EnteredBreakOut): void;
  /** The page shows the main room again; nothing happens when it does. */
  showMain(): void;
  failed(code: string): void;
}

const tones: Readonly<Record<Exclude<BreakOutEnd, 'left'>, ToastTone>> = {
  closed: 'info',
  time: 'info',
  moved: 'info',
  lost: 'warning',
};

/** Of one controller, for one main room after another. */
export class BreakOutRooms {
  readonly #o: BreakOutPorts;
  /** The way into one that began last. */
  #way: object | undefined;

  constructor(o: BreakOutPorts) {
    this.#o = o;
  }

  /** Listens to a main room that is about to connect. The answer stops it. */
  bind(main: Room): () => void {
    const stops: (() => void)[] = [];
    const on = <K extends keyof RoomEventMap>(event: K, heard: (...args: RoomEventMap[K]) => void): void => {
      main.on(event, heard);
      stops.push(() => main.off(event, heard));
    };
    this.#way = undefined;
    on(RoomEvent.BreakOutEnded, (reason, { name }) => {
      this.#o.showMain();
      // The failure of a way into one is shown by itself.
      if (reason === 'left' || this.#way !== undefined) return;
      this.#toast(tones[reason], `breakOut.ended.${reason}`, name);
    });
    on(RoomEvent.PostsChanged, (added) => {
      const last = added.findLast(({ kind }) => kind === 'announcement');
      if (last === undefined || main.kind === 'show') return;
      const { identity, name, text } = last;
      if (identity !== '' && identity === main.localParticipant.identity)
        this.#toast('good', 'breakOut.announced', name);
      else this.#o.dispatch({ type: 'announcement', announcement: { by: name || identity, text } });
    });
    return () => {
      for (const stop of stops) stop();
      this.#way = undefined;
    };
  }

  /** Resolves when the page shows it, or the user sees why not. A press while one is on the way does nothing. */
  async enter(breakOutId: string): Promise<void> {
    const main = this.#o.main();
    if (main === undefined || this.#way !== undefined) return;
    const way = {};
    this.#way = way;
    const { isMicrophoneEnabled, isCameraEnabled } = (main.breakOutRoom ?? main).localParticipant;
    this.#o.dispatch({ type: 'breakOutEntering', breakOutId });
    try {
      // The page opens the devices: those that are chosen, and it shows what fails.
      const room = await main.enterBreakOut(breakOutId, { audio: false, video: false });
      const of = main.breakOuts.find((one) => one.breakOutId === breakOutId);
      if (way !== this.#way) return;
      // It was over by the time we were in.
      if (of === undefined || main.breakOutRoom !== room) return this.#o.failed('BREAK_OUT_CLOSED');
      const { name } = of;
      this.#o.showBreakOut(room, { breakOutId, name, microphone: isMicrophoneEnabled, camera: isCameraEnabled });
    } catch (error) {
      if (way === this.#way) this.#o.failed(codeOf(error));
    } finally {
      if (way === this.#way) {
        this.#way = undefined;
        this.#o.dispatch({ type: 'breakOutEntering' });
      }
    }
  }

  /** Resolves in the main room. */
  async leave(): Promise<void> {
    await this.#o.main()?.leaveBreakOut();
  }

  #toast(tone: ToastTone, key: `breakOut.ended.${Exclude<BreakOutEnd, 'left'>}` | 'breakOut.announced', name: string) {
    this.#o.dispatch({ type: 'toast', tone, message: { key, values: { name } }, nowMs: performance.now() });
  }
}
