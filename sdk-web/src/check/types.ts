import type { CheckReport } from '../core/check-report.ts';
import type { AudioCaptureOptions, VideoCaptureOptions } from '../types.ts';

export * from '../core/check-report.ts';

export interface CheckOptions {
  /** Aborts the check: Room.check() rejects with CONNECT_ABORTED, and everything it opened is closed. */
  readonly signal?: AbortSignal;
  /** Called after every change of a part, with the whole report so far; a report does not change afterwards. */
  readonly onProgress?: (report: CheckReport) => void;
  /** false: the part is skipped; options choose the device. Default true. */
  readonly camera?: boolean | VideoCaptureOptions;
  /** false: the part is skipped; options choose the device. Default true. */
  readonly microphone?: boolean | AudioCaptureOptions;
  /** Development only: city that replaces the location of the client's address. */
  readonly fromCity?: string;
}
