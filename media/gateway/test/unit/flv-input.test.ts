import { expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { type DropKind, Drops } from '../../src/core/rtmp/drops.ts';
import { FlvInput } from '../../src/room/flv-input.ts';

it('media of a publication that exceeds its rate is refused', () => {
  const input = new FlvInput({} as never, {} as never, { isExcessive: true } as never);
  const refusal = { code: 'RATE_LIMITED', description: 'more than 50 Mbit/s are not taken' };
  expect(input.write('video', 0, new Uint8Array(0))).toEqual(refusal);
});

it.each<[string, 'audio' | 'video', string, string]>([
  ['hvc1', 'video', '90 68766331 01', 'HEVC (H.265)'],
  ['HEVC by its old number', 'video', '1c 00 000000', 'HEVC (H.265)'],
  ['av01', 'video', '90 61763031 81', 'AV1'],
  ['vp09', 'video', '90 76703039 01', 'VP9'],
  ['several tracks of which the first is HEVC', 'video', '96 01 68766331 00 aa', 'HEVC (H.265)'],
  ['AAC that is described elsewhere', 'audio', 'af 00 1180', 'this AAC'],
  ['Opus', 'audio', '91 4f707573 fc', 'opus'],
  ['an unknown FourCC', 'video', '90 00000000', 'this codec'],
])('%s is refused with a code and a description that encoders show', (_what, kind, body, name) => {
  const input = new FlvInput({} as never, {} as never, { isExcessive: false } as never);
  expect(input.write(kind, 0, hex(body.replaceAll(' ', '')))).toEqual({
    code: 'CODEC_UNSUPPORTED',
    description: `${name} is not taken: only H.264 (8 bit, 4:2:0, progressive) and AAC are`,
  });
});

const AVC_CONFIG =
  '17 00 000000 01 42c00d ff e1 0018 6742c00dd90141fb0e1000000300100000030320f142a480 01 0004 68ce3c80';
it.each<[string, 'audio' | 'video', string, DropKind]>([
  ['a picture before its config', 'video', '17 01 000000 00000001 65', 'earlyPicture'],
  ['an AAC frame before its config', 'audio', 'af 01 aa', 'earlySound'],
  ['a cut AVC tag', 'video', '17 01 00', 'picture'],
  ['an AVC packet of an unknown type', 'video', '17 09 000000 aa', 'picture'],
  ['an avc1 packet of an unknown type', 'video', '95 61766331 aa', 'picture'],
  ['a FourCC that is cut', 'video', '90 6176', 'picture'],
  ['a cut AVC config', 'video', '17 00 000000 01 42', 'picture'],
  ['an AAC tag of one byte', 'audio', 'af', 'sound'],
  ['an AAC packet of an unknown type', 'audio', 'af 02 00', 'sound'],
  ['a cut AAC config', 'audio', 'af 00 11', 'sound'],
  ['another track of pictures', 'video', '96 01 61766331 01 000000 aa', 'track'],
  ['another track of sound', 'audio', '95 01 6d703461 01 aa', 'track'],
])('%s is dropped, and pictures and sound after their configs are taken', (_what, kind, body, dropKind) => {
  const dropped: DropKind[] = [];
  const written: string[] = [];
  const point = { writeVideo: () => void written.push('picture'), writeAudio: () => void written.push('sound') };
  const publication = { isExcessive: false, picture: () => undefined, sound: () => undefined };
  const drops = new Drops((one) => void dropped.push(one));
  const input = new FlvInput(point as never, {} as never, publication as never, drops);
  const write = (of: 'audio' | 'video', bytes: string) => input.write(of, 0, hex(bytes.replaceAll(' ', '')));
  expect([write(kind, body), dropped, input.units]).toEqual([undefined, [dropKind], 0]);
  for (const [of, bytes] of [
    ['video', AVC_CONFIG],
    ['audio', 'af 00 1190'],
    ['video', '17 01 000000 00000001 65'],
    ['audio', 'af 01 aa'],
  ] as const)
    expect(write(of, bytes)).toBeUndefined();
  expect([written, dropped, input.units]).toEqual([['picture', 'sound'], [dropKind], 4]);
});
