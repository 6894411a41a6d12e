import { expect, it } from 'vitest';
import { finishPlanOf } from '../../src/core/assembling/plan.ts';
import type { Manifest, ManifestFile, ManifestTrack } from '../../src/core/journal/manifest.ts';

const HOUR = 3_600_000;

function file(name: string, ms: number, durationMs: number, o: Partial<ManifestFile> = {}): ManifestFile {
  const pieces = Array.from({ length: Math.ceil(durationMs / 2000) }, (_, index) => ({
    ms: ms + index * 2000,
    durationMs: Math.min(2000, durationMs - index * 2000),
    offset: index * 10,
    bytes: 10,
    sha256: '',
    isKey: index % 2 === 0,
  }));
  const own = { stintId: 's1', name, codec: 'vp8', codecs: 'vp8', width: 640, height: 360, timescale: 90_000 } as const;
  return Object.assign({ ms, durationMs, bytes: 1, sha256: 'x', initBytes: 1, laterMs: 0, pieces }, own, o);
}

function track(source: string, files: ManifestFile[], o: Partial<ManifestTrack> = {}): ManifestTrack {
  const kind = files[0]?.codec === 'opus' || files[0]?.codec === 'aac' ? 'audio' : 'video';
  const ms = files[0]?.ms ?? 0;
  const end = Math.max(0, ...files.map((one) => one.ms + one.durationMs));
  const who = { identity: 'ann', name: source, participantName: 'Ann' } as const;
  const own = Object.assign({ trackId: `${source}${ms}`, kind, source, muted: [], holes: [] } as const, who);
  return Object.assign({ files, ms, durationMs: end - ms }, own, o);
}

const manifest = (...tracks: ManifestTrack[]): Manifest => ({
  recordingId: 'r',
  roomKey: 't/r',
  identity: '',
  startedWallMs: 0,
  durationMs: HOUR,
  isOver: true,
  stints: [
    { stintId: 's1', recorderId: 'a', offsetMs: 0, why: 'lost', ms: 0, durationMs: HOUR },
    { stintId: 's2', recorderId: 'b', offsetMs: 9000, why: 'ended', ms: 9000, durationMs: HOUR },
  ],
  tracks,
  holes: [],
  speakers: [],
  posts: [],
});
const opus = { codec: 'opus', timescale: 48_000, width: undefined, height: undefined } as const;

it('an empty recording has no outputs', () => {
  expect(finishPlanOf(manifest())).toEqual({ durationMs: HOUR, outputs: [], missing: [] });
});

it('pictures are paired with their sound, separately for screens and for each participant', () => {
  const { outputs } = finishPlanOf(
    manifest(
      track('screen_share', [file('c', 9000, 4000)]),
      track('microphone', [file('b', 500, 8000, opus)]),
      track('camera', [file('a', 2000, 4000)]),
      track('screen_share_audio', [file('d', 9100, 4000, opus)]),
      track('microphone', [file('e', 0, 4000, opus)], { identity: 'bob' }),
    ),
  );
  expect(outputs.map((o) => [o.name, o.offsetMs, o.durationMs, o.picture?.codec, o.sound?.codec])).toEqual([
    ['p001-camera', 500, 8000, 'vp8', 'opus'],
    ['p001-screen', 9000, 4100, 'vp8', 'opus'],
    ['p002-camera', 0, 4000, undefined, 'opus'],
  ]);
});

it('participants keep their numbers when a later version has one who sorts before them', () => {
  const later = manifest(
    track('camera', [file('a', 0, 4000)]),
    track('camera', [file('b', 0, 4000)], { identity: 'aaron' }),
  );
  const names = finishPlanOf(later, [{ identity: 'ann', number: 1 }]).outputs.map((o) => [o.identity, o.name]);
  expect(names).toEqual([
    ['aaron', 'p002-camera'],
    ['ann', 'p001-camera'],
  ]);
});

it('files that are incomplete in the store are listed, and left out', () => {
  const lost = file('b', 4000, 4000, { sha256: undefined });
  const plan = finishPlanOf(manifest(track('camera', [file('a', 0, 4000), lost])));
  expect(plan.missing).toEqual(['s1/b']);
  expect(plan.outputs[0]?.picture?.clips.map(({ path }) => path)).toEqual(['s1/a']);
});

it('a file is cut where the next one begins, and a file within another is left out', () => {
  const next = file('b', 9000, 10_000, { stintId: 's2' });
  const within = file('w', 3000, 1000);
  const [output] = finishPlanOf(manifest(track('camera', [next, file('a', 0, 12_000), within]))).outputs;
  expect(output?.picture?.clips.map((clip) => [clip.path, clip.offsetMs, clip.toMs, clip.pieces.length])).toEqual([
    ['s1/a', 0, 8999, 5],
    ['s2/b', 9000, Number.POSITIVE_INFINITY, 5],
  ]);
});

it('another stint fills the time that is missing within a file', () => {
  const cut = file('a', 0, 30_000);
  const pieces = cut.pieces.filter(({ ms }) => ms < 8000 || ms >= 20_000);
  const next = file('b', 9000, 14_000, { stintId: 's2' });
  const [output] = finishPlanOf(manifest(track('camera', [next, Object.assign({}, cut, { pieces })]))).outputs;
  expect(output?.picture?.clips.map(({ path, pieces }) => [path, pieces[0]?.ms, pieces.at(-1)?.ms])).toEqual([
    ['s1/a', 0, 6000],
    ['s2/b', 9000, 19_000],
    ['s1/a', 20_000, 28_000],
  ]);
});

it('simultaneous tracks of one source become two outputs, and successive ones a single output', () => {
  const names = (secondMs: number): string[] =>
    finishPlanOf(
      manifest(track('camera', [file('a', 0, 60_000)]), track('camera', [file('b', secondMs, 60_000)])),
    ).outputs.map(({ name }) => name);
  expect(names(10_000)).toEqual(['p001-camera', 'p001-camera-b']);
  expect(names(55_000)).toEqual(['p001-camera']);
});

it.each([
  ['another size of VP8', {}, { width: 320 }, 1],
  ['another codec', {}, { codec: 'vp9' }, 2],
  ['another size of H.264', { codec: 'h264' }, { codec: 'h264', width: 320 }, 2],
  ['another profile of H.264', { codec: 'h264' }, { codec: 'h264', codecs: 'avc1.42e01f' }, 2],
  ['the same H.264', { codec: 'h264' }, { codec: 'h264' }, 1],
  ['a pause of 7 h', {}, { ms: 7 * HOUR }, 2],
] as const)('an output is split only where its samples cannot continue: %s', (_what, first, second, parts) => {
  const ms = 'ms' in second ? second.ms : 4000;
  const files = [file('a', 0, 4000, first), file('b', ms, 4000, second)];
  const { outputs } = finishPlanOf(manifest(track('camera', files)));
  expect(outputs.map(({ name }) => name)).toEqual(parts === 1 ? ['p001-camera'] : ['p001-camera-1', 'p001-camera-2']);
});

it('where the codec of sound changes, pictures continue with the next key frame, without loss or duplicates', () => {
  const sound = [file('a', 0, 6500, opus), file('b', 6500, 6000, { codec: 'aac', timescale: 44_100 })];
  const { outputs } = finishPlanOf(manifest(track('camera', [file('v', 0, 12_000)]), track('microphone', sound)));
  expect(outputs.map((o) => o.picture?.clips.flatMap((clip) => clip.pieces.map(({ ms }) => ms)))).toEqual([
    [0, 2000, 4000, 6000],
    [8000, 10_000],
  ]);
  expect(outputs.map(({ offsetMs }) => offsetMs)).toEqual([0, 6500]);
});

it('the plan is the same for tracks in any order', () => {
  const tracks = [track('camera', [file('a', 0, 4000)]), track('microphone', [file('b', 0, 4000, opus)])];
  expect(finishPlanOf(manifest(...tracks.toReversed()))).toEqual(finishPlanOf(manifest(...tracks)));
});
