// An ffmpeg of a job: what it rejects with is that of jobs.
import { FfmpegError, type FfmpegRun, runFfmpeg as run } from '@meridian/room-media';
import { FinishError } from '../core/finishing/errors.ts';

/** As `runFfmpeg` of openers, but for a `FinishError`: `FFMPEG_FAILED` or `JOB_ABORTED`. */
export async function runFfmpeg(o: FfmpegRun): Promise<void> {
  try {
    await run(o);
  } catch (error) {
    throw error instanceof FfmpegError ? new FinishError(error.code, error.message, { cause: error }) : error;
  }
}
