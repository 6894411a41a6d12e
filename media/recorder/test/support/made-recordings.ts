import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyPost, type Participant, type Track } from '@meridian/protocol';
import type { CodedFrame } from '@meridian/room-media/core';
import { createLogger, ManualClock } from '@meridian/runtime';
import { encodedFrames } from './encoded.ts';
import { TestRecorder, TestRoom } from './stinting.ts';

export const log = createLogger({ name: 'recorder', level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' });

interface SentTrack {
  readonly who: string;
  readonly source: string;
  readonly kind: 'audio' | 'video';
  readonly frames: readonly CodedFrame[];
}

export function media(beginMs: number): readonly SentTrack[] {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-media-'));
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
