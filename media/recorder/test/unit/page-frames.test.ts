// Tests WebM of a browser's MediaRecorder in pieces of any size; malformed rows first.
import { describe, expect, it } from 'vitest';
import { frameOf } from '../../src/pages/core/page-frames.ts';
import { WebmReader } from '../../src/pages/core/webm.ts';
import { extensionIdOf } from '../../src/pages/extension-id.ts';

function element(name: string, ...parts: readonly (readonly number[])[]): number[] {
  const body = parts.flat();
  return [
    ...Buffer.from(name, 'hex'),
    0x10 | (body.length >> 24),
    ...[16, 8, 0].map((at) => (body.length >> at) & 255),
    ...body,
  ];
}
const unknownSize = (name: string): number[] => [...Buffer.from(name, 'hex'), 0x01, ...Array(7).fill(0xff)];
const text = (value: string): number[] => [...Buffer.from(value)];
const block = (track: number, ms: number, isKey: boolean, data: readonly number[]): number[] =>
  element('a3', [0x80 | track, (ms >> 8) & 255, ms & 255, isKey ? 0x80 : 0], data);

const avc = [1, 0x42, 0xe0, 0x1f, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0xe0, 0x1f, 1, 0, 2, 0x68, 0xce];
const file = [
  ...element('1a45dfa3', element('4282', text('webm'))),
  ...unknownSize('18538067'),
  ...element('1549a966', element('2ad7b1', [0x0f, 0x42, 0x40])),
  ...element(
    '1654ae6b',
    element('ae', element('d7', [1]), element('86', text('A_OPUS'))),
    element('ae', element('d7', [2]), element('86', text('V_MPEG4/ISO/AVC')), element('63a2', avc)),
  ),
  ...unknownSize('1f43b675'),
  ...element('e7', [0]),
  ...block(1, 0, true, [0xfc, 1]),
  ...block(2, 5, true, [0, 0, 0, 2, 0x65, 1]),
  ...unknownSize('1f43b675'),
  ...element('e7', [0x03, 0xe8]),
  ...block(2, 33, false, [0, 0, 0, 2, 0x41, 2]),
  ...element('a0', element('a1', [0x81, 0xff, 0xff, 0], [0xfc, 2])),
  ...block(3, 0, true, [9]),
];

describe('WebM', () => {
  it.each([
    ['a size that is no number', [0x1a, 0x45, 0xdf, 0xa3, 0x00]],
    ['an element above the bound', [0xa3, 0x08, 0xff, 0xff, 0xff, 0xff]],
  ])('with %s is refused', (_name, bytes) => {
    expect(() => new WebmReader().push(Uint8Array.from(bytes))).toThrow();
  });

  it.each([1, 7, file.length])('in pieces of %i bytes gives its blocks, and none of an unknown track', (size) => {
    const reader = new WebmReader();
    const blocks = Array.from({ length: Math.ceil(file.length / size) }, (_, at) =>
      reader.push(Uint8Array.from(file.slice(at * size, (at + 1) * size))),
    ).flat();
    expect(blocks.map(({ track, ms, isKey, data }) => [track.codec, ms, isKey, data.at(-1)])).toEqual([
      ['A_OPUS', 0, true, 1],
      ['V_MPEG4/ISO/AVC', 5, true, 1],
      ['V_MPEG4/ISO/AVC', 1033, false, 2],
      ['A_OPUS', 999, false, 2],
    ]);
  });
});

describe('a block', () => {
  const blockOf = (codec: string, data: readonly number[], isKey = true, config: readonly number[] = []) => ({
    track: { codec, config: Uint8Array.from(config) },
    ms: 0,
    isKey,
    data: Uint8Array.from(data),
  });

  it('of H.264 has its parameter sets with each key frame', () => {
    const nals = (isKey: boolean) => {
      const frame = frameOf(blockOf('V_MPEG4/ISO/AVC', [0, 0, 0, 1, 0x65], isKey, avc), 10);
      return frame?.codec === 'h264' ? frame.nals.map((nal) => nal[0]) : undefined;
    };
    expect([nals(true), nals(false)]).toEqual([[0x67, 0x68, 0x65], [0x65]]);
  });

  it('of H.264 without a configuration is Annex B', () => {
    const data = [0, 0, 0, 1, 0x67, 0x42, 0, 0, 0, 1, 0x68, 0, 0, 1, 0x65, 7];
    const frame = frameOf(blockOf('V_MPEG4/ISO/AVC', data), 10);
    expect(frame?.codec === 'h264' && frame.nals.map((nal) => nal[0])).toEqual([0x67, 0x68, 0x65]);
  });

  it('of VP8 has the size of its key frame', () => {
    const key = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02];
    expect(frameOf(blockOf('V_VP8', key), 1000)).toMatchObject({
      codec: 'vp8',
      size: { width: 1280, height: 720 },
      ptsMs: 1000,
      rtpTimestamp: 90_000,
    });
    expect(frameOf(blockOf('V_VP8', [0x11], false), 0)).toMatchObject({ size: undefined });
  });

  it('of Opus is a packet, and one of an unexpected codec is nothing', () => {
    expect(frameOf(blockOf('A_OPUS', [1]), 1000)).toMatchObject({ codec: 'opus', rtpTimestamp: 48_000 });
    expect(frameOf(blockOf('V_AV1', [1]), 0)).toBeUndefined();
  });
});

it('an extension has the id that Chromium derives from its folder', () => {
  expect(extensionIdOf('/tmp/a')).toMatch(/^[a-p]{32}$/);
  expect(extensionIdOf('/tmp/a')).not.toBe(extensionIdOf('/tmp/b'));
});
