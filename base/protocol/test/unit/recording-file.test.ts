import { describe, expect, it } from 'vitest';
import {
  type FinishedRecording,
  isFinishedName,
  readFinishedRecording,
  readRecordedPosts,
} from '../../src/recording-file.ts';

const sha256 = 'a'.repeat(64);
const mp4 = { name: 'camera-0001.mp4', bytes: 12, sha256, type: 'video/mp4' };
const finished: FinishedRecording = {
  version: 1,
  recordingId: 're_1',
  room: 'daily',
  startedWallMs: 1_700_000_000_000,
  durationMs: 60_000,
  holes: [{ ms: 1000, durationMs: 500 }],
  participants: [{ identity: 'ann', name: 'Ann' }],
  outputs: [
    {
      name: 'camera-0001',
      group: 'camera',
      identity: 'ann',
      title: 'Ann',
      offsetMs: 250,
      durationMs: 59_000,
      hasPicture: true,
      hasSound: true,
      width: 1280,
      height: 720,
      mp4,
      hls: { name: 'camera-0001/index.m3u8' },
      sprite: { vtt: 'camera-0001.vtt', sheets: ['camera-0001-1.jpg'] },
    },
  ],
  chapters: [{ ms: 0, durationMs: 900, kind: 'speaker', identity: 'ann', title: 'Ann' }],
  captions: [{ lang: 'zh-Hans', name: 'zh.vtt' }],
  posts: { name: 'posts.json' },
  files: [mp4],
};

/** Returns the recording with another value at a path of keys. */
function changed(value: unknown, ...path: readonly (string | number)[]): unknown {
  const copy = JSON.parse(JSON.stringify(finished)) as unknown;
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1) ?? ''] = value;
  return copy;
}

describe('finished.json', () => {
  it('is read as it was written, without fields of later versions', () => {
    expect(readFinishedRecording(JSON.parse(JSON.stringify(finished)))).toEqual(finished);
    expect(readFinishedRecording(Object.assign({ later: 1 }, finished))).toEqual(finished);
  });

  it.each<[message: string, value: unknown, ...path: (string | number)[]]>([
    ['version: not 1', 2, 'version'],
    ['durationMs: not a number', -1, 'durationMs'],
    ['durationMs: not a number', Number.NaN, 'durationMs'],
    ['durationMs: not a number', '60000', 'durationMs'],
    ['outputs: not a list', {}, 'outputs'],
    ['outputs[0].group: not one of camera', 'sound', 'outputs', 0, 'group'],
    ['outputs[0].hasSound: not true', undefined, 'outputs', 0, 'hasSound'],
    ['outputs[0].mp4: not an object', null, 'outputs', 0, 'mp4'],
    ['outputs[0].mp4.name: not the name', '../journal.jsonl', 'outputs', 0, 'mp4', 'name'],
    ['outputs[0].mp4.sha256: not a SHA', 'A'.repeat(64), 'outputs', 0, 'mp4', 'sha256'],
    ['outputs[0].hls.name: not the name', 'https://x.example', 'outputs', 0, 'hls', 'name'],
    ['outputs[0].sprite.sheets[0]: not the name', 'a//b', 'outputs', 0, 'sprite', 'sheets', 0],
    ['chapters[0].kind: not one of', 'hand', 'chapters', 0, 'kind'],
    ['captions[0].lang: not a language', 'e"n', 'captions', 0, 'lang'],
    ['files[0].type: not a media type', 'text/html\r\nx: y', 'files', 0, 'type'],
    ['room: not a text', 'x'.repeat(5000), 'room'],
  ])('is refused: %s', (message, value, ...path) => {
    expect(() => readFinishedRecording(changed(value, ...path))).toThrow(message);
  });

  it('names only files inside its folder', () => {
    for (const name of ['a.mp4', 'camera-0001/seg-1.m4s', 'a/b/c/d.ts', '_x']) expect(isFinishedName(name)).toBe(true);
    const badNames = [
      '',
      '.',
      '..',
      'a/../b',
      './a',
      '/a',
      'a/',
      'a//b',
      'A.mp4',
      'a b',
      'a%2fb',
      'a\\b',
      'a\n',
      'a/b/c/d/e',
    ];
    for (const name of [...badNames, 'x'.repeat(201)]) expect(isFinishedName(name)).toBe(false);
  });
});

describe('recorded posts', () => {
  const post = { ms: 5, kind: 'danmaku', name: 'Ann', text: 'hello', style: '#ff0000 top' };

  it('are sorted by time', () => {
    expect(readRecordedPosts([post, Object.assign({}, post, { ms: 1 })]).map(({ ms }) => ms)).toEqual([1, 5]);
  });

  it('are refused when one is malformed', () => {
    expect(() => readRecordedPosts([post, { ms: 5 }])).toThrow('posts[1].kind');
    expect(() => readRecordedPosts({})).toThrow('posts: not a list');
  });
});
