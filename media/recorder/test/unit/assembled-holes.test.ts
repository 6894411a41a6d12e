// An assembled recording names all that it lacks.
import { describe, expect, it } from 'vitest';
import { holesOf } from '../../src/core/assembling/holes.ts';
import type { ManifestFile, ManifestTrack } from '../../src/core/journal/manifest.ts';

const span = (fromMs: number, toMs: number) => ({ ms: fromMs, durationMs: toMs - fromMs });
const file = (fromMs: number, toMs: number) => Object.assign(span(fromMs, toMs), { sha256: 'ab' }) as ManifestFile;
const lostFile = (fromMs: number, toMs: number) => span(fromMs, toMs) as ManifestFile;
const track = (source: string, files: ManifestFile[], holes: readonly ReturnType<typeof span>[] = []) =>
  ({ identity: source === 'composed' ? '' : 'ann', source, files, holes }) as unknown as ManifestTrack;
const named = (source: string, identity = '') => ({ identity, source });

describe('the holes of a recording', () => {
  it('are those of the whole recording, and those of single tracks outside of them', () => {
    const camera = track('camera', [file(0, 4000), file(8000, 20_000)], [span(3000, 9000)]);
    expect(holesOf({ holes: [span(4000, 8000)], tracks: [camera] })).toEqual([
      { ...named('camera', 'ann'), ...span(3000, 4000) },
      { ...named(''), ...span(4000, 8000) },
      { ...named('camera', 'ann'), ...span(8000, 9000) },
    ]);
  });

  it('include the times of files that never reached the store, unless another file has them', () => {
    const camera = track('camera', [file(0, 5000), lostFile(4000, 9000), file(8000, 20_000)]);
    expect(holesOf({ holes: [], tracks: [camera] })).toEqual([{ ...named('camera', 'ann'), ...span(5000, 8000) }]);
  });

  it('are of the whole recording where its composed picture is missing', () => {
    const composed = track('composed', [file(0, 5000), lostFile(5000, 9000)], [span(2000, 2500)]);
    expect(holesOf({ holes: [], tracks: [composed] })).toEqual([
      { ...named(''), ...span(2000, 2500) },
      { ...named(''), ...span(5000, 9000) },
    ]);
  });

  it('leave out differences that are not noticed', () => {
    const camera = track('camera', [file(0, 5000)], [span(4950, 8000)]);
    expect(holesOf({ holes: [span(5000, 8000)], tracks: [camera] })).toEqual([{ ...named(''), ...span(5000, 8000) }]);
  });
});
