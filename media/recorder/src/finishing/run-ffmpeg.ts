// Runs an ffmpeg of a job with the errors of jobs.
import { FfmpegError, type FfmpegRun, runFfmpeg as run } from '@meridian/room-media';
import { FinishError } from '../core/finishing/errors.ts';

/** Same as `runFfmpeg` of room-media, but rejects with a `FinishError`: `FFMPEG_FAILED`, `NO_SANDBOX` or
 * `JOB_ABORTED`. */
export async function runFfmpeg(o: FfmpegRun): Promise<void> {
  try {
    await run(o);
  } catch (error) {
    throw error instanceof FfmpegError ? new FinishError(error.code, error.message, { cause: error }) : error;
  }
}
