// What systemd hears of a service that it has started (sd_notify(3)). Node has no datagram sockets of the unix family:
// each word is a `systemd-notify`, which ends when systemd has taken it, so that systemd still finds whose word it was.
import { execFile } from 'node:child_process';
import type { Clock, Timer } from './clock.ts';
import type { Logger } from './log.ts';

/** Far above what systemd takes to hear a word, and far below any watchdog. */
const wordLimitMs = 10_000;

export interface SystemdOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Says to systemd how the service is, where `NOTIFY_SOCKET` is set; elsewhere nothing. The watchdog is fed from the
 * event loop, at half of the time that systemd grants: a process that hangs or is stopped feeds it no more. A word that
 * is not heard is warned of once.
 */
export class Systemd {
  readonly #o: SystemdOptions;
  #feeding: Timer | undefined;
  #hasWarned = false;

  constructor(o: SystemdOptions) {
    this.#o = o;
  }

  /**
   * The service has started: its ports are open, and the centre knows it, so that `systemctl restart` of the next one
   * finds it. The centre may be away: calls go on without it, and an end by systemd would cut them.
   */
  ready(): void {
    this.#say('READY=1', 'STATUS=serving');
    const periodMs = watchdogMs(this.#o) / 2;
    if (periodMs > 0) this.#feeding ??= this.#o.clock.every(periodMs, () => this.#say('WATCHDOG=1'));
  }

  /** It is about to end. `status`: in a few words what it does until then. */
  stopping(status: string): void {
    this.#say('STOPPING=1', `STATUS=${status}`);
  }

  #say(...words: readonly string[]): void {
    const { env, log } = this.#o;
    if (env['NOTIFY_SOCKET'] === undefined) return;
    execFile('systemd-notify', words, { env, timeout: wordLimitMs }, (error) => {
      if (error === null || this.#hasWarned) return;
      this.#hasWarned = true;
      log.warn({ err: error }, 'systemd does not hear this service');
    });
  }
}

/** How long systemd waits for the next word (sd_watchdog_enabled(3)); 0: it does not watch, or watches another one. */
export function watchdogMs({ env, pid }: Pick<SystemdOptions, 'env' | 'pid'>): number {
  const { WATCHDOG_USEC: limitUs = '', WATCHDOG_PID: watched = String(pid) } = env;
  return /^\d{1,15}$/.test(limitUs) && watched === String(pid) ? Number(limitUs) / 1000 : 0;
}
