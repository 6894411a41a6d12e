// The growing report of one check: every change makes a new report with a verdict so far, and shows it.
import { report as reportError } from '@meridian/client';
import { type CheckFindings, judge } from '../core/check-verdict.ts';
import { sdkVersion } from '../version.ts';
import type { CheckOptions, CheckPart, CheckPlacement, CheckReport } from './types.ts';

export type PartName = keyof CheckFindings;
type ValueOf<Name extends PartName> = CheckFindings[Name] extends CheckPart<infer T> ? T : never;

const waiting = { state: 'waiting' } as const;

export class ReportBuilder {
  readonly #startedAt = new Date().toISOString();
  readonly #startedMs = performance.now();
  readonly #onProgress: CheckOptions['onProgress'];
  #findings: CheckFindings = {
    camera: waiting,
    microphone: waiting,
    signaling: waiting,
    udp: waiting,
    tcp: waiting,
    tls: waiting,
    uplink: waiting,
    downlink: waiting,
  };
  #placement: CheckPlacement | undefined;
  #isFinished = false;

  constructor(show: CheckOptions['onProgress']) {
    this.#onProgress = show;
  }

  begin<Name extends PartName>(name: Name, value?: ValueOf<Name>): void {
    this.#set(name, Object.assign({ state: 'running' }, value !== undefined && { value }));
  }

  pass<Name extends PartName>(name: Name, value: ValueOf<Name>): void {
    this.#set(name, { state: 'passed', value });
  }

  fail<Name extends PartName>(name: Name, code: string, value?: ValueOf<Name>): void {
    this.#set(name, Object.assign({ state: 'failed', code }, value !== undefined && { value }));
  }

  skip(name: PartName, code: string): void {
    this.#set(name, { state: 'skipped', code });
  }

  skipRest(names: readonly PartName[], code: string): void {
    for (const name of names) if (this.#findings[name].state === 'waiting') this.skip(name, code);
  }

  setPlacement(placement: CheckPlacement): void {
    this.#placement = placement;
    this.#notify();
  }

  finish(): CheckReport {
    this.#isFinished = true;
    this.#notify();
    return this.report;
  }

  get report(): CheckReport {
    const placement = this.#placement;
    return Object.assign(
      {
        startedAt: this.#startedAt,
        tookMs: Math.round(performance.now() - this.#startedMs),
        isFinished: this.#isFinished,
        sdk: sdkVersion,
        userAgent: navigator.userAgent,
      },
      this.#findings,
      placement !== undefined && { placement },
      judge(this.#findings),
    );
  }

  #set(name: PartName, part: object): void {
    this.#findings = Object.assign({}, this.#findings, { [name]: part });
    this.#notify();
  }

  /** A failing listener does not stop the check. */
  #notify(): void {
    try {
      this.#onProgress?.(this.report);
    } catch (error) {
      reportError(error);
    }
  }
}
