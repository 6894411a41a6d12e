// Controls a check: opens the devices, gets a token, runs the SDK's check, and publishes its state.
import type { CheckOptions, CheckReport } from '@meridian/sdk-web';
import { type Failure, failureAt } from '../core/failure.ts';
import { Store } from '../room/store.ts';
import { CheckNotOffered } from './token.ts';

export type CheckModel =
  | { readonly at: 'ready' }
  /** The browser asks for devices, or the page for a token. */
  | { readonly at: 'opening' }
  | { readonly at: 'running'; readonly report: CheckReport | undefined }
  | { readonly at: 'done'; readonly report: CheckReport }
  /** The check could not begin. */
  | { readonly at: 'refused'; readonly failure: Failure };

export type DeviceChoice = Pick<CheckOptions, 'camera' | 'microphone'>;

export interface CheckPorts {
  /** Opens camera and microphone; resolves when the browser has allowed or refused each. */
  openDevices(signal: AbortSignal): Promise<DeviceChoice>;
  /** Rejects as `fetchCheckToken` does. */
  token(): Promise<string>;
  /** `Room.check` at the service's entry. */
  check(token: string, options: CheckOptions): Promise<CheckReport>;
  /** Returns the stable code of a port's rejection. */
  codeOf(error: unknown): string;
}

export class CheckControl {
  readonly store = new Store<CheckModel>({ at: 'ready' });
  readonly #ports: CheckPorts;
  #running: AbortController | undefined;

  constructor(ports: CheckPorts) {
    this.#ports = ports;
  }

  /** Starts anew, and cancels a running check. */
  readonly start = (): void => {
    this.#running?.abort();
    const mine = new AbortController();
    this.#running = mine;
    void this.#run(mine.signal);
  };

  /** Cancels a running check; idempotent. */
  readonly stop = (): void => {
    if (this.#running === undefined) return;
    this.#running.abort();
    this.#running = undefined;
    this.store.set({ at: 'ready' });
  };

  /** Runs a check and publishes its state, until `signal` aborts. Never rejects. */
  async #run(signal: AbortSignal): Promise<void> {
    const show = (model: CheckModel): void => {
      if (!signal.aborted) this.store.set(model);
    };
    show({ at: 'opening' });
    try {
      const [devices, token] = await Promise.all([this.#ports.openDevices(signal), this.#ports.token()]);
      if (signal.aborted) return;
      show({ at: 'running', report: undefined });
      const onProgress = (report: CheckReport): void => show({ at: 'running', report });
      const report = await this.#ports.check(token, Object.assign({ signal, onProgress }, devices));
      show({ at: 'done', report });
    } catch (error) {
      if (!signal.aborted) console.info('The check did not begin:', error);
      const code = error instanceof CheckNotOffered ? error.code : this.#ports.codeOf(error);
      show({ at: 'refused', failure: failureAt(code, Date.now()) });
    } finally {
      if (this.#running?.signal === signal) this.#running = undefined;
    }
  }
}
