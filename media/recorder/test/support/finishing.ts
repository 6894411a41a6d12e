import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyPost, type Participant, type Track } from '@meridian/protocol';
import type { Ffmpeg } from '@meridian/room-media';
import type { CodedFrame } from '@meridian/room-media/core';
import { createLogger, ManualClock, systemClock } from '@meridian/runtime';
import { until } from '../../../../base/runtime/test/support/until.ts';
import type { Store } from '../../../../files/object-store/src/store.ts';
import type { FinishedFile } from '../../src/core/finishing/finished.ts';
import { Finishing, type FinishingOptions } from '../../src/finishing/finishing.ts';
import { encodedFrames } from './encoded.ts';
import { TestRecorder, TestRoom } from './stinting.ts';

export const log = createLogger({ name: 'recorder', level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' });

/** No sandbox, because its wrappers need rights that a test may lack. */
export const bareFfmpeg: Ffmpeg = { sandbox: [], version: 'of a test' };

interface SentTrack {
  readonly who: string;
  readonly source: string;
  readonly kind: 'audio' | 'video';
  readonly frames: readonly CodedFrame[];
}

export function media(beginMs: number): readonly SentTrack[] {
  const folder = mkdtempSync(join(tmpdir(), 'finish-media-'));
  try {
    const opus = encodedFrames('opus', folder, beginMs);
    return [
      { who: 'ann', source: 'camera', kind: 'video', frames: encodedFrames('h264', folder, beginMs) },
      { who: 'ann', source: 'microphone', kind: 'audio', frames: opus },
      { who: 'bob', source: 'microphone', kind: 'audio', frames: opus },
      { who: 'bob', source: 'screen_share', kind: 'video', frames: encodedFrames('vp8', folder, beginMs) },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const shifted = (frame: CodedFrame, ms: number): CodedFrame => {
  const timed = { ptsMs: frame.ptsMs + ms };
  return Object.assign({}, frame, timed, 'dtsMs' in frame ? { dtsMs: frame.dtsMs + ms } : {});
};

const names: Readonly<Record<string, string>> = { ann: 'Ann & Co', bob: 'Bob <3' };

/**
 * Makes recordings of two stints of five seconds with a hole of two seconds. Ann has a camera and a microphone, Bob a
 * screen and a microphone. The clock is at their end.
 */
export async function makeRecordings(
  rig: TestRecorder,
  o: { readonly recordingIds?: readonly string[]; readonly isSoundAlone?: boolean; readonly roomKey?: string } = {},
): Promise<void> {
  const sent = media(rig.clock.nowMs()).filter(({ kind }) => o.isSoundAlone !== true || kind === 'audio');
  const beganMs = rig.clock.nowMs();
  for (const recordingId of o.recordingIds ?? ['rec_1'])
    for (const why of ['lost', 'ended'] as const) {
      const shiftMs = rig.clock.nowMs() - beganMs;
      await stintOf(rig, { sent, recordingId, why, shiftMs, roomKey: o.roomKey ?? 'Acme/daily' });
      if (why === 'lost') rig.clock.advance(2000);
    }
}

async function stintOf(
  rig: TestRecorder,
  o: { sent: readonly SentTrack[]; recordingId: string; roomKey: string; why: 'lost' | 'ended'; shiftMs: number },
): Promise<void> {
  const room = new TestRoom();
  const { stint } = await rig.open(room, { recordingId: o.recordingId, roomKey: o.roomKey });
  const sinks = o.sent.map(({ who, source, kind }) => {
    const track = { trackId: `TR_${who}${source}`, kind, source, name: '' } as Track;
    const publisher = { identity: who, sessionId: who, name: names[who] } as Participant;
    return room.hooks.onTrack(track, publisher, () => undefined);
  });
  const all = o.sent
    .flatMap(({ frames }, at) => frames.map((frame) => ({ frame: shifted(frame, o.shiftMs), sink: sinks[at] })))
    .sort((a, b) => a.frame.ptsMs - b.frame.ptsMs);
  room.speakers = [{ sessionId: o.why === 'lost' ? 'ann' : 'bob', levelDbov: -20 }];
  for (const { frame, sink } of all) {
    if (frame.ptsMs > rig.clock.nowMs()) rig.clock.advance(frame.ptsMs - rig.clock.nowMs());
    sink?.frame(frame);
  }
  const [kind, wallMs] = ['danmaku', rig.clock.wallMs() - 1000];
  const post = Object.assign({}, emptyPost, { postId: `PT_${o.why}`, kind, text: o.why, wallMs });
  room.hooks.onPosts?.({ added: [post], removedIds: [], omitted: 0 });
  await stint.close(o.why);
  if ((await stint.outcome) !== 'stored') throw new Error('the stint is not in the store');
}

export const startRecorder = (): Promise<TestRecorder> => TestRecorder.start({ clock: new ManualClock() });

export const finishingOf = (store: Store, o: Partial<FinishingOptions> = {}): Finishing =>
  new Finishing({
    store,
    isStoreShared: true,
    clock: systemClock(),
    log,
    isRunning: () => false,
    spool: { hasSpooled: () => Promise.resolve(false), eraseSpooled: () => Promise.resolve() },
    ffmpeg: () => Promise.resolve(bareFfmpeg),
    ...o,
  });

type Answer = Awaited<ReturnType<Finishing['request']>>;

/** Asks until the recording is finished; rejects when that has failed. */
export async function whenFinished(finishing: Finishing, asked: Parameters<Finishing['request']>[0]) {
  let answer: Answer = {};
  await until('the recording is finished', async () => {
    answer = await finishing.request(asked);
    if (answer.state === 'failed') throw new Error(`${answer.code}: ${answer.reason}`);
    return answer.state === 'finished';
  });
  return { ...answer, files: (answer.files ?? []) as FinishedFile[] };
}
