// Encodes the sound of a content as one object for all rungs.

import { sha256Of } from '@meridian/object-store';
import { fileArg } from '@meridian/room-media';
import { SOUND_RATE, soundArgs } from '../core/renditions/args.ts';
import { RenditionError } from '../core/renditions/errors.ts';
import { fileNames, SOUND } from '../core/renditions/names.ts';
import { msOf, segmentPictures } from '../core/renditions/plan.ts';
import { SOUND_CODECS, type SoundSegment, SoundSegments, soundInit } from '../core/renditions/sound.ts';
import { probe } from './analyse.ts';
import type { Job } from './rendition-context.ts';
import type { Payload, SoundMade } from './tasks.ts';

const LIMIT_LEAST_MS = 300_000;
/** Encoding sound takes far less than its duration, even when pictures of the file are skipped. */
const LIMIT_SHARE = 2;
/** Segment length of a content without a picture, about that of others. */
const SEGMENT_MS = 4000;

export async function encodeSound(job: Job, { plan }: Payload<'sound'>): Promise<SoundMade> {
  const { durationMs, rate, ladder } = plan;
  const sourceFile = await job.source();
  const object = job.writer(fileNames.sound(job.lease));
  const segments = new SoundSegments(ladder.length === 0 ? SEGMENT_MS : msOf(segmentPictures(rate), rate));
  const list: [number, number][] = [];
  const write = async (whole: readonly SoundSegment[]): Promise<void> => {
    for (const { bytes, samples } of whole) {
      list.push([bytes.length, samples]);
      await object.write(bytes);
    }
    job.done((segments.samples * 1000) / SOUND_RATE / durationMs);
  };
  try {
    const { sound } = await probe(job, sourceFile.fd, plan.chunks.length <= 1);
    if (sound === undefined) throw new RenditionError('MEDIA_BROKEN', 'no sound');
    const args = soundArgs(fileArg(0, 1), sound, durationMs);
    const limitMs = LIMIT_LEAST_MS + durationMs * LIMIT_SHARE;
    await job.run({ args, files: [sourceFile.fd], outputs: [(bytes) => write(segments.push(bytes))], limitMs });
    await write(segments.end());
    if (list.length === 0) throw new RenditionError('MEDIA_BROKEN', 'no sound can be decoded');
    const { bytes, sha256 } = await object.finish();
    const init = soundInit();
    await job.place(fileNames.init(SOUND, job.lease), init);
    await job.place(fileNames.list(SOUND, job.lease), JSON.stringify({ [SOUND]: list }));
    return { lease: job.lease, bytes, sha256, init: sha256Of(init), codecs: SOUND_CODECS };
  } catch (error) {
    await object.abort();
    throw error;
  } finally {
    sourceFile.release();
  }
}
