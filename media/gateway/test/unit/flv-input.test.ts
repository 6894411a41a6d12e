import { expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
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
  ['several tracks of pictures', 'video', '96 01 61766331 00', 'more than one track'],
  ['several tracks of sound', 'audio', '95 01 6d703461 00', 'more than one track'],
  ['Opus', 'audio', '91 4f707573 fc', 'opus'],
  ['an unknown FourCC', 'video', '90 00000000', 'this codec'],
])('%s is refused with a code and a description that encoders show', (_what, kind, body, name) => {
  const input = new FlvInput({} as never, {} as never, { isExcessive: false } as never);
  expect(input.write(kind, 0, hex(body.replaceAll(' ', '')))).toEqual({
    code: 'CODEC_UNSUPPORTED',
    description: `${name} is not taken: only H.264 (8 bit, 4:2:0, progressive) and AAC are`,
  });
});
