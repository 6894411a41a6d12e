import type { MeetingAction, MeetingState } from '../core/meeting.ts';
import type { Message } from '../core/messages/translate.ts';
import type { ToastTone } from '../core/toasts.ts';

export interface NoticePorts {
  state(): MeetingState;
  dispatch(action: MeetingAction): void;
}

/** Shows toasts, and removes toasts and reactions of a meeting page when their time is over. */
export class Notices {
  readonly #ports: NoticePorts;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: NoticePorts) {
    this.#ports = ports;
  }

  toast(toast: { tone: ToastTone; message: Message; detail?: Message }): void {
    this.#ports.dispatch({ type: 'toast', ...toast, nowMs: performance.now() });
  }

  /** Shows why a request of the user failed. */
  showFailure(code: string): void {
    this.#ports.dispatch({ type: 'actionFailed', code, nowMs: performance.now() });
  }

  /** Schedules the removal of the next toast or reaction to expire. */
  stateChanged(): void {
    clearTimeout(this.#timer);
    const { toasts, reactions } = this.#ports.state();
    const untilMs = Math.min(...[...toasts, ...reactions.values()].map((shown) => shown.untilMs));
    if (!Number.isFinite(untilMs)) return;
    const expire = (): void => {
      this.#ports.dispatch({ type: 'reactionsOver', nowMs: performance.now() });
      this.#ports.dispatch({ type: 'toastsExpired', nowMs: performance.now() });
    };
    this.#timer = setTimeout(expire, Math.max(0, untilMs - performance.now()));
  }
}
