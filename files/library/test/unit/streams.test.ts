import { expect, it } from 'vitest';
import { endS, hasJumps, lengthS, needsLength } from '../../src/core/length.ts';
import { PacketTally } from '../../src/core/packets.ts';
import { type FileReport, isCounted, needsCounts, reportOf, shownStreams } from '../../src/core/streams.ts';

const film = { codec_type: 'video', codec_name: 'h264', width: 640, height: 360 };
const sound = { codec_type: 'audio', codec_name: 'aac', channels: 2 };
const still = Object.assign({}, film, { codec_name: 'png', width: 1920, height: 1080 });
const by = (name: string, stream: object): object => Object.assign({ disposition: { [name]: 1 } }, stream);
const of = (stream: object, changed: object): object => Object.assign({}, stream, changed);

const reportWith = (streams: readonly object[], format: object = { format_name: 'matroska,webm' }): FileReport => {
  const report = reportOf(JSON.stringify({ streams: streams.map((one, index) => of({ index }, one)), format }));
  if (report === undefined) throw new Error('no report');
  return report;
};
const tallyOf = (...lines: readonly string[]): PacketTally => {
  const tally = new PacketTally();
  tally.push(lines.map((line) => `${line}\n`).join(''));
  return tally;
};
/** Packets of a stream: one each 40 ms from a time on. */
const packets = (stream: number, count: number, fromS = 0): string[] =>
  Array.from({ length: count }, (_, at) => `${stream},${fromS + at * 0.04},${fromS + at * 0.04},0.04`);

it.each<[string, object[], number | undefined, number | undefined, number | undefined]>([
  ['nothing', [], undefined, undefined, undefined],
  ['a film and its sound', [film, sound], 0, 1, undefined],
  ['data first', [{ codec_type: 'data' }, film, sound], 1, 2, undefined],
  ['a stream without a codec first', [of(film, { codec_name: undefined }), film], 1, undefined, undefined],
  ['a film without a size first', [of(film, { width: 0 }), film], 1, undefined, undefined],
  ['a still first', [still, film], 1, undefined, undefined],
  ['a still that is the default', [by('default', still), film, sound], 1, 2, undefined],
  [
    'a film of one picture first',
    [of(film, { nb_frames: '1' }), of(film, { nb_frames: '9' })],
    1,
    undefined,
    undefined,
  ],
  [
    'a film of one picture by its tag',
    [of(film, { tags: { 'NUMBER_OF_FRAMES-eng': '1' } }), film],
    1,
    undefined,
    undefined,
  ],
  ['a small film first', [of(film, { width: 160 }), film], 1, undefined, undefined],
  ['a small film that is the default', [film, by('default', of(film, { width: 160 }))], 1, undefined, undefined],
  ['a still alone', [still], 0, undefined, 0],
  ['a still and sound', [still, sound], undefined, 1, 0],
  ['a cover and sound', [by('attached_pic', still), sound], undefined, 1, 0],
  ['a cover, a film and sound', [by('attached_pic', still), film, sound], 1, 2, 0],
  ['Motion JPEG of a camera', [of(film, { codec_name: 'mjpeg', nb_frames: '50' }), sound], 0, 1, undefined],
  ['a commentary first', [by('comment', of(sound, { channels: 6 })), sound], undefined, 1, undefined],
  ['fewer channels first', [of(sound, { channels: 1 }), sound], undefined, 1, undefined],
  ['fewer channels that are the default', [sound, by('default', of(sound, { channels: 1 }))], undefined, 1, undefined],
  ['no channels first', [by('default', of(sound, { channels: 0 })), sound], undefined, 1, undefined],
  ['a commentary alone', [by('comment', sound)], undefined, 0, undefined],
])('%s: the best streams are shown', (_, streams, video, audio, cover) => {
  const shown = shownStreams(reportWith(streams));
  expect([shown.video?.index, shown.audio?.index, shown.cover?.index]).toEqual([video, audio, cover]);
});

it('counted packets decide between films, stills and empty sounds', () => {
  const report = reportWith([film, film, sound, sound]);
  const shown = shownStreams(report, tallyOf(...packets(0, 1), ...packets(1, 2), ...packets(3, 9)));
  expect([shown.video?.index, shown.audio?.index]).toEqual([1, 3]);
  const song = reportWith([film, sound]);
  const alone = shownStreams(song, tallyOf(...packets(0, 1), ...packets(1, 9)));
  expect([alone.video, alone.audio?.index, alone.cover?.index]).toEqual([undefined, 1, 0]);
});

it.each<[boolean, string, object[]]>([
  [false, 'one film', [film]],
  [false, 'one sound', [sound]],
  [true, 'a film and sound', [film, sound]],
  [false, 'a film of stated pictures and sound', [of(film, { nb_frames: '50' }), sound]],
  [true, 'two sounds', [sound, sound]],
  [false, 'a cover and sound', [by('attached_pic', still), sound]],
])('it is %s that the choice of %s needs counts', (needed, _, streams) => {
  expect(needsCounts(reportWith(streams))).toBe(needed);
});

it('counting ends when two pictures of each film and a packet of each sound are there', () => {
  const report = reportWith([film, sound, { codec_type: 'subtitle', codec_name: 'srt' }]);
  expect(isCounted(report, tallyOf(...packets(0, 1), ...packets(1, 1)))).toBe(false);
  expect(isCounted(report, tallyOf(...packets(0, 2)))).toBe(false);
  expect(isCounted(report, tallyOf(...packets(0, 2), ...packets(1, 1)))).toBe(true);
});

it.each<[boolean, string, object]>([
  [false, 'a Matroska file', { format_name: 'matroska,webm', duration: '10', size: '1000000' }],
  [true, 'a webm without a length', { format_name: 'matroska,webm', size: '1000000' }],
  [true, 'a length of nothing', { format_name: 'mov,mp4', duration: '0' }],
  [true, 'a length beyond 30 days', { format_name: 'mov,mp4', duration: '9999999' }],
  [true, 'an hour in 1 kB', { format_name: 'mov,mp4', duration: '3600', size: '1000' }],
  [true, 'a millisecond in 10 MB', { format_name: 'avi', duration: '0.001', size: '10000000' }],
  [true, 'raw AAC', { format_name: 'aac', duration: '10', size: '100000' }],
  [true, 'MP3', { format_name: 'mp3', duration: '10', size: '100000' }],
  [true, 'MPEG-TS', { format_name: 'mpegts', duration: '10', size: '100000' }],
])('it is %s that the length of %s is measured', (needed, _, format) => {
  expect(needsLength(reportWith([film], format))).toBe(needed);
});

it('a measured file lasts from its first packet to the end of its last', () => {
  const report = reportWith([film, sound]);
  const tally = tallyOf(...packets(0, 50, 100), ...packets(1, 75, 101));
  const shown = shownStreams(report, tally);
  expect(lengthS(report, shown, tally)).toBeCloseTo(4);
  const [video, audio] = report.streams;
  if (video === undefined || audio === undefined) throw new Error('no streams');
  expect(endS(report, video, { shown, tally })).toBeCloseTo(2);
  expect(endS(report, audio, { shown, tally })).toBeCloseTo(4);
});

it('packets that do not state how long they last, count as long as those before', () => {
  const report = reportWith([sound]);
  const tally = tallyOf('0,0,0,N/A', '0,0.02,0.02,N/A', '0,0.04,0.04,N/A');
  expect(lengthS(report, shownStreams(report, tally), tally)).toBeCloseTo(0.06);
});

it('packets without any time follow one another, and count from their first', () => {
  const report = reportWith([film], { format_name: 'h264' });
  const tally = tallyOf(...Array.from({ length: 25 }, () => '0,N/A,N/A,0.04'));
  expect(lengthS(report, shownStreams(report, tally), tally)).toBeCloseTo(1);
  const late = tallyOf('0,N/A,N/A,0.04', ...packets(0, 25, 5000));
  expect(late.of(0)).toMatchObject({ packets: 26, jumps: 0, firstS: 5000 });
  expect(shownStreams(report, tallyOf('0,N/A,N/A,N/A')).video?.index).toBe(0);
});

it.each<[string, string[], number, boolean]>([
  ['a step ahead by an hour', [...packets(0, 25), ...packets(0, 25, 3600)], 2, true],
  ['a step back', [...packets(0, 25, 3600), ...packets(0, 25)], 2, true],
  ['a hole of five seconds', [...packets(0, 25), ...packets(0, 25, 6)], 7, false],
  ['times out of order', ['0,0.08,N/A,0.04', '0,0,N/A,0.04', '0,0.04,N/A,0.04'], 0.12, false],
  ['times before a wrap', packets(0, 25, -0.5), 1, true],
  ['times after a wrap', packets(0, 25, 95_443.5), 1, true],
])('MPEG-TS with %s', (_, lines, length, isJumping) => {
  const report = reportWith([film], { format_name: 'mpegts' });
  const [stream] = report.streams;
  const tally = tallyOf(...lines);
  if (stream === undefined) throw new Error('no stream');
  expect(lengthS(report, shownStreams(report, tally), tally)).toBeCloseTo(length);
  expect(hasJumps(report, stream, tally)).toBe(isJumping);
  // In a screen recording nothing may change for long, so a step is no jump there.
  const recorded = reportWith([film]);
  expect(hasJumps(recorded, stream, tally)).toBe(false);
});

it('lines of packets are read in any portions, and other lines are left out', () => {
  const text =
    'x\n\n,1,2,3\n-1,0,0,1\n1.5,0,0,1\n0,0,0,0.5,side data\n99999999,0,0,1\n0,N/A,N/A,N/A\n0,0.5,0.5,0.5\n0,9';
  for (const portion of [1, 3, 1000]) {
    const tally = new PacketTally();
    for (let at = 0; at < text.length; at += portion) tally.push(text.slice(at, at + portion));
    expect(tally.of(0)).toMatchObject({ packets: 3, firstS: 0, endS: 1, filledS: 1 });
    expect([tally.of(1).packets, tally.of(99_999_999).packets]).toEqual([0, 0]);
  }
});
