// What Room.check() takes, and what it reports.
import type { CheckReport } from '../core/check-report.ts';
import type { AudioCaptureOptions, VideoCaptureOptions } from '../types.ts';

export * from '../core/check-report.ts';

export interface CheckOptions {
  /** Gives the check up: Room.check() then rejects with CONNECT_ABORTED, and everything it opened is closed. */
  readonly signal?: AbortSignal;
  /** After every change of a part, with the whole report so far; a report that was handed over does not change. */
  readonly onProgress?: (report: CheckReport) => void;
  /** false: the part is skipped; options choose the device. Default true. */
  readonly camera?: boolean | VideoCaptureOptions;
  /** false: the part is skipped; options choose the device. Default true. */
  readonly microphone?: boolean | AudioCaptureOptions;
  /** Development only: stands in for the place of the client's address. */
  readonly fromCity?: string;
}
