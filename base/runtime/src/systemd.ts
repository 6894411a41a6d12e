// Notifies systemd that a service has started or is ending (sd_notify(3)). Node has no unix datagram sockets, so each
// message runs `systemd-notify`, which ends only after systemd has read the message, so that systemd finds its sender.
import { execFile } from 'node:child_process';
import type { Clock, Timer } from './clock.ts';
import type { Logger } from './log.ts';

/** Far above the time that systemd takes for a message, and far below any watchdog. */
const notifyTimeoutMs = 10_000;

export interface SystemdOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Reports the state of the service to systemd where `NOTIFY_SOCKET` is set. The event loop feeds the watchdog at half
 * of its period, so a process that hangs or is stopped feeds it no more. A lost message is logged once, as a warning.
 */
export class Systemd {
  readonly #o: SystemdOptions;
  #feeding: Timer | undefined;
  #hasWarned = false;

  constructor(o: SystemdOptions) {
    this.#o = o;
  }

  /**
   * Reports that the service has started: its ports are open and the centre knows it, so that `systemctl restart` of
   * the next service finds it. The centre may be absent: calls go on without it, and a kill by systemd would cut them.
   */
  ready(): void {
    this.#notify('READY=1', 'STATUS=serving');
    const periodMs = watchdogMs(this.#o) / 2;
    if (periodMs > 0) this.#feeding ??= this.#o.clock.every(periodMs, () => this.#notify('WATCHDOG=1'));
  }

  /** Reports that the service is about to end. `status` says in a few words what it does until then. */
  stopping(status: string): void {
    this.#notify('STOPPING=1', `STATUS=${status}`);
  }

  #notify(...words: readonly string[]): void {
    const { env, log } = this.#o;
    if (env['NOTIFY_SOCKET'] === undefined) return;
    execFile('systemd-notify', words, { env, timeout: notifyTimeoutMs }, (error) => {
      if (error === null || this.#hasWarned) return;
      this.#hasWarned = true;
      log.warn({ err: error }, 'systemd gets no messages from this service');
    });
  }
}

/** Returns the watchdog's period (sd_watchdog_enabled(3)), 0 when systemd watches no process or another process. */
export function watchdogMs({ env, pid }: Pick<SystemdOptions, 'env' | 'pid'>): number {
  const { WATCHDOG_USEC: limitUs = '', WATCHDOG_PID: watched = String(pid) } = env;
  return /^\d{1,15}$/.test(limitUs) && watched === String(pid) ? Number(limitUs) / 1000 : 0;
}
