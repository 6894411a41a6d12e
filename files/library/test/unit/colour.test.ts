import { expect, it } from 'vitest';
import { colourOf, isUnshownDolbyVision, jpegFilter, labelsOf, pictureFilter } from '../../src/core/colour.ts';

const hd = { width: 1920, height: 1080, pix_fmt: 'yuv420p' };
const size = { width: 640, height: 360 };
const labels = (matrix: string, transfer: string, primaries: string, range = 'tv') => ({
  color_space: matrix,
  color_transfer: transfer,
  color_primaries: primaries,
  color_range: range,
});
const filterOf = (raw: object): string => pictureFilter(colourOf(Object.assign({}, hd, raw)), size);

it.each([
  ['PQ', labels('bt2020nc', 'smpte2084', 'bt2020')],
  ['HLG', labels('bt2020nc', 'arib-std-b67', 'bt2020')],
  ['PQ without other labels', { color_transfer: 'smpte2084' }],
])('%s is tone-mapped from BT.2020 to BT.709', (_, raw) => {
  expect(filterOf(raw)).toMatch(/pin=bt2020:tin=(smpte2084|arib-std-b67):min=bt2020nc:rin=limited:t=linear:npl=203,/);
  expect(filterOf(raw)).toContain('tonemap=');
  expect(filterOf(raw)).toMatch(
    /format=yuv420p,setparams=range=limited:color_primaries=bt709:color_trc=bt709:colorspace=bt709$/,
  );
});

it.each([
  ['BT.2020 without high dynamic range', labels('bt2020nc', 'bt2020-10', 'bt2020'), true],
  ['Display P3', labels('bt709', 'bt709', 'smpte432'), true],
  ['BT.709', labels('bt709', 'bt709', 'bt709'), false],
  ['a transfer that is not stated', labels('bt2020nc', 'unknown', 'bt2020'), false],
  ['a transfer for cinemas', labels('bt709', 'smpte428', 'bt709'), false],
  ['a matrix that zimg does not read', labels('ycgco', 'bt709', 'bt2020'), false],
])('%s: whether the gamut is converted', (_, raw, isConverted) => {
  expect(filterOf(raw).includes('zscale')).toBe(isConverted);
  expect(filterOf(raw)).not.toContain('tonemap');
});

it.each<[string, object, string]>([
  ['an HD picture without labels', {}, 'bt709 bt709 bt709'],
  ['a picture of 525 lines without labels', { width: 720, height: 480 }, 'smpte170m smpte170m smpte170m'],
  ['a picture of 625 lines without labels', { width: 720, height: 576 }, 'bt470bg smpte170m bt470bg'],
  ['an upright picture without labels', { width: 720, height: 1280 }, 'bt709 bt709 bt709'],
  ['a matrix alone', { color_space: 'bt709', width: 320, height: 180 }, 'bt709 bt709 bt709'],
  ['a BT.2020 matrix alone', { color_space: 'bt2020nc' }, 'bt2020nc  '],
  ['RGB', { color_space: 'gbr', pix_fmt: 'gbrp', width: 320, height: 240 }, 'bt709 bt709 bt709'],
  ['labels that are no names', labels('bt709', 'x:y', 'a,b'), 'bt709 bt709 bt709'],
])('%s: the matrix, transfer and primaries after conversion', (_, raw, expected) => {
  const { matrix, transfer, primaries } = labelsOf(colourOf(Object.assign({}, hd, raw)));
  expect(`${matrix} ${transfer} ${primaries}`).toBe(expected);
});

it.each([
  ['of its label', { color_range: 'pc' }],
  ['of its format', { pix_fmt: 'yuvj420p' }],
])('full range %s becomes limited', (_, raw) => {
  expect(filterOf(raw)).toContain('in_range=full:out_range=limited');
  expect(filterOf({ color_range: 'tv' })).not.toContain('in_range');
});

it('a JPEG has BT.601 in full range', () => {
  const colour = colourOf(Object.assign({}, hd, labels('bt2020nc', 'smpte2084', 'bt2020')));
  expect(jpegFilter(colour)).toBe(
    'scale=in_range=limited:out_range=full:in_color_matrix=bt709:out_color_matrix=bt601,format=yuvj420p',
  );
});

it.each([
  [5, 0, true],
  [10, 0, true],
  [8, 1, false],
  [8, 4, false],
  [7, 6, false],
])('Dolby Vision of profile %d with the base layer %d cannot be shown: %s', (profile, compatibility, isUnshown) => {
  const side = { dv_profile: profile, dv_bl_signal_compatibility_id: compatibility };
  expect(isUnshownDolbyVision({ side_data_list: [{ rotation: 0 }, side] })).toBe(isUnshown);
});
