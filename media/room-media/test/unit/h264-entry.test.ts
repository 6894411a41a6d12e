import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Entry, entryOf } from '../../src/core/h264/entry.ts';
import { nalTypeOf, splitAnnexB } from '../../src/core/h264/nal.ts';
import { hex as bytes } from '../support/bytes.ts';

const idr = bytes('6588');
/** first_mb_in_slice 0 and slice_type: I (7), P (5), B (6). */
const [i, p, b] = [bytes('418880'), bytes('419a'), bytes('019e')];
const flagged = { isFlagged: true };
const plain = { isFlagged: false };

describe('an entry', () => {
  it.each<[string, Uint8Array[], { isFlagged: boolean }, Entry | undefined]>([
    ['an IDR picture', [idr], plain, 'idr'],
    ['an IDR picture with a recovery point', [bytes('06060184'), idr], flagged, 'idr'],
    ['a recovery point that is whole at once', [bytes('06060184'), i], plain, 'intra'],
    ['a recovery point whole after 18 pictures', [bytes('0606020984'), p], plain, 'refresh'],
    ['a recovery point behind another message', [bytes('060501aa060184'), i], plain, 'intra'],
    [
      'a recovery point behind a message of 255 bytes',
      [Uint8Array.of(6, 5, 255, 0, ...new Uint8Array(255).fill(7), 6, 1, 0x84), i],
      plain,
      'intra',
    ],
    ['a recovery point behind a message of the type 255', [bytes('06ff0001aa060184'), i], plain, 'intra'],
    ['a recovery point in the second SEI unit', [bytes('060501aa80'), bytes('06060184'), i], plain, 'intra'],
    ['a flagged picture of I slices', [i, i], flagged, 'intra'],
    ['a picture of I slices that is not flagged', [i, i], plain, undefined],
    ['a flagged picture with a P slice', [i, p], flagged, undefined],
    ['a flagged B picture', [b], flagged, undefined],
    ['a unit without slices', [bytes('06060184')], flagged, undefined],
    ['no NAL unit', [], flagged, undefined],
    ['an empty NAL unit', [bytes('')], flagged, undefined],
  ])('of %s', (_what, nals, o, entry) => {
    expect(entryOf(nals, o)).toBe(entry);
  });

  it.each([
    ['without anything', '06'],
    ['with a size beyond its end', '0606ff84'],
    ['with sizes without an end', `06${'ff'.repeat(9000)}`],
    ['with a recovery point without bits', '060600'],
    ['with a count without an end', '0606040000000080'],
    ['with a count above every frame_num', '06060400001000080'.padEnd(18, '0')],
    [
      'with a message beyond the bound, and a recovery point behind it',
      `0605${'ff'.repeat(17)}00${'aa'.repeat(4335)}060184`,
    ],
  ])('is none in an SEI unit %s', (_what, sei) => {
    expect(entryOf([bytes(sei), p], plain)).toBeUndefined();
  });

  it('is none or one, and never an error, in any bytes', () => {
    for (let seed = 1; seed < 2000; seed += 1) {
      const nal = Uint8Array.from({ length: seed % 40 }, (_, at) =>
        at === 0 ? 6 : (seed * (at * at + 7) * 2_654_435_761) >>> 24,
      );
      expect(['intra', 'refresh', undefined]).toContain(entryOf([nal, p], plain));
    }
  });
});

/** Entries of x264's pictures, without a container's flags. */
function entriesOf(x264: string): (Entry | undefined)[] {
  const input = ['-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=30:duration=2'];
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-x264-params', `${x264}:aud=1`, '-pix_fmt', 'yuv420p'];
  const file = execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', ...input, ...video, '-f', 'h264', '-']);
  const pictures: Uint8Array[][] = [];
  for (const nal of splitAnnexB(file) ?? []) {
    if (nalTypeOf(nal) === 9) pictures.push([]);
    else pictures.at(-1)?.push(nal);
  }
  return pictures.map((nals) => entryOf(nals, plain)).filter((entry) => entry !== undefined);
}

it.each([
  ['an open GOP of two slices', 'open-gop=1:bframes=2:keyint=20:scenecut=0:slices=2', ['idr', 'intra', 'intra']],
  ['intra-refresh', 'intra-refresh=1:bframes=0:keyint=20', ['idr', 'refresh', 'refresh']],
  ['one group', 'keyint=infinite:scenecut=0', ['idr']],
])('x264 makes entries with %s', (_what, x264, entries) => {
  expect(entriesOf(x264).slice(0, 3)).toEqual(entries);
});
