import { FlvFileReader } from '@meridian/room-media/core';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { decodeAmf0 } from '../../src/core/rtmp/amf0.ts';
import { PICTURE_GONE_MS, type Published, SOUND_ONLY_WAIT_MS } from '../../src/core/shown-kinds.ts';
import { AnnouncedProgramme, Announcement, KINDS_CHANGED } from '../../src/room/announced.ts';
import { ProgrammeItem } from '../../src/room/programme.ts';
import { aac, large, picture, sound } from '../support/hls.ts';

const soundFormat = new ProgrammeItem({ audioFormat: aac });
const videoFormat = new ProgrammeItem({ videoFormat: large });
const key = new ProgrammeItem({ unit: picture(0, true) });
const delta = new ProgrammeItem({ unit: picture(40) });
const voice = new ProgrammeItem({ unit: sound(0) });

function watched(onChange: 'end' | 'add', kept: readonly ProgrammeItem[] = [], expects: Published = 'picture') {
  const clock = new ManualClock();
  const film = { expects, kept };
  let give = (_item: ProgrammeItem): void => undefined;
  const source = {
    get expects() {
      return film.expects;
    },
    begin: () => film.kept,
    watch: (viewer: { take(item: ProgrammeItem): void }) => {
      give = (item) => viewer.take(item);
      for (const item of film.kept) give(item);
      return () => undefined;
    },
  };
  const announced = new AnnouncedProgramme<ProgrammeItem>(source, { clock, onChange });
  const items: (ProgrammeItem | Announcement)[] = [];
  const ended: string[] = [];
  announced.watch({ take: (item) => void items.push(item), ended: (code) => void ended.push(code) });
  /** Gives a frame of sound before and after a wait. */
  const wait = (ms: number): void => {
    give(voice);
    clock.advance(ms);
    give(voice);
  };
  return { announced, film, items, ended, give: (item: ProgrammeItem) => give(item), wait };
}
function namesOf(items: readonly (ProgrammeItem | Announcement)[]): string[] {
  return items.map((item) => {
    if (!(item instanceof Announcement)) return `${item.kind}${item.isFormat ? ' format' : item.isKey ? ' key' : ''}`;
    const [tag] = new FlvFileReader().push(item.flv);
    const [, metadata] = decodeAmf0(tag?.body ?? new Uint8Array(0));
    const { hasAudio, hasVideo } = Object.fromEntries(metadata instanceof Map ? metadata : []);
    return `flags ${item.flv[4]}, sound ${hasAudio}, picture ${hasVideo}`;
  });
}
const BOTH = 'flags 5, sound true, picture true';
const SOUND = 'flags 4, sound true, picture false';

it('a late viewer is told of picture and sound, and gets each kept item once', () => {
  const { items, give } = watched('end', [soundFormat, videoFormat, key, delta, voice]);
  give(delta);
  expect(namesOf(items)).toEqual([BOTH, 'audio format', 'video format', 'video key', 'video', 'audio', 'video']);
});
it('a viewer of sound alone is told so after a wait, and is ended by the key frame of a picture', () => {
  const { film, items, ended, give, wait, announced } = watched('end', [soundFormat]);
  film.expects = 'sound';
  wait(SOUND_ONLY_WAIT_MS - 1);
  expect([items, announced.begin()]).toEqual([[], []]);
  wait(1);
  expect(namesOf(items)).toEqual([SOUND, 'audio format', 'audio']);
  film.expects = 'picture';
  film.kept = [soundFormat, videoFormat];
  give(videoFormat);
  give(delta);
  expect([namesOf(announced.begin()), ended]).toEqual([[SOUND, 'audio format'], []]);
  give(key);
  expect([items.length, ended]).toEqual([3, [KINDS_CHANGED]]);
});
it('a viewer by RTMP is told of a picture that joins, and goes on', () => {
  const { film, items, ended, give, wait } = watched('add', [soundFormat]);
  film.expects = 'sound';
  wait(SOUND_ONLY_WAIT_MS);
  film.expects = 'picture';
  film.kept = [soundFormat, videoFormat, key];
  give(videoFormat);
  give(key);
  expect(namesOf(items.slice(3))).toEqual([BOTH, 'audio format', 'video format', 'video key']);
  expect(ended).toEqual([]);
});
it('kept pictures of a publisher that has left are not announced', () => {
  const { items, wait } = watched('end', [soundFormat, videoFormat, key], 'sound');
  wait(SOUND_ONLY_WAIT_MS);
  expect(namesOf(items)).toEqual([SOUND, 'audio format', 'audio']);
});
it('viewers are ended when a picture has left and voices stay', () => {
  const { film, ended, wait } = watched('end', [soundFormat, videoFormat, key]);
  film.expects = 'sound';
  wait(PICTURE_GONE_MS - 1);
  expect(ended).toEqual([]);
  wait(1);
  expect(ended).toEqual([KINDS_CHANGED]);
});
