// Colours of a picture: what ffprobe says of them, and filters of ffmpeg that keep their meaning in 8 bit 4:2:0.
// Names are those of ffmpeg for the code points of ITU-T H.273.
import type { Raw } from './streams.ts';
import { sidesOf } from './streams.ts';

export interface Colour {
  readonly matrix: string;
  readonly transfer: string;
  readonly primaries: string;
  readonly isFullRange: boolean;
  readonly isRgb: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Reads the colours of a stream; fields that it does not state are `''`, except where only one meaning is usual. */
export function colourOf(raw: Raw): Colour {
  const [matrix, transfer, primaries] = ['color_space', 'color_transfer', 'color_primaries'].map((name) =>
    known(raw[name]),
  ) as [string, string, string];
  const format = String(raw['pix_fmt']);
  const isRgb = matrix === 'gbr' || /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|mono|x2rgb)/.test(format);
  const isFullRange = raw['color_range'] === 'pc' || format.startsWith('yuvj');
  const own = { transfer, primaries, isFullRange, isRgb, matrix: isRgb ? 'bt709' : matrix };
  if (isHdr(own)) return Object.assign({}, own, { matrix: matrix || 'bt2020nc', primaries: primaries || 'bt2020' });
  const usual = usualOf(own.matrix || matrixOf(raw));
  if (usual === undefined) return own;
  return Object.assign(own, {
    matrix: own.matrix || usual.matrix,
    transfer: transfer || usual.transfer,
    primaries: primaries || usual.primaries,
  });
}

const known = (name: unknown): string =>
  typeof name === 'string' && /^[a-z\d-]+$/.test(name) && !/^(unknown|unspecified|reserved)$/.test(name) ? name : '';

/** Decoders and players take pictures without a label for BT.601 up to 576 lines, above for BT.709. */
function matrixOf(raw: Raw): string {
  const [width, height] = [Number(raw['width']), Number(raw['height'])];
  if (Math.max(width, height) > 1024 || Math.min(width, height) > 576) return 'bt709';
  return height === 576 || height === 288 ? 'bt470bg' : 'smpte170m';
}

/** Labels that go with a matrix: ITU-R BT.709, BT.601 for 625 and for 525 lines. */
function usualOf(matrix: string): Pick<Colour, 'matrix' | 'transfer' | 'primaries'> | undefined {
  if (matrix === 'bt709') return { matrix, transfer: 'bt709', primaries: 'bt709' };
  if (matrix === 'bt470bg') return { matrix, transfer: 'smpte170m', primaries: 'bt470bg' };
  return matrix === 'smpte170m' ? { matrix, transfer: 'smpte170m', primaries: 'smpte170m' } : undefined;
}

/** Transfers of ITU-R BT.2100: PQ and HLG. */
export const isHdr = ({ transfer }: Pick<Colour, 'transfer'>): boolean =>
  transfer === 'smpte2084' || transfer === 'arib-std-b67';

/** Wide gamuts without high dynamic range: ITU-R BT.2020, DCI-P3 and Display P3. */
const isWide = ({ primaries, transfer, matrix }: Colour): boolean =>
  ['bt2020', 'smpte431', 'smpte432'].includes(primaries) &&
  ['bt709', 'smpte170m', 'bt2020-10', 'bt2020-12', 'iec61966-2-1'].includes(transfer) &&
  ['bt709', 'smpte170m', 'bt470bg', 'bt2020nc'].includes(matrix);

/**
 * Returns true for Dolby Vision without a base layer that other decoders show (profile 5, and profile 10 alike): its
 * colours are ICtCp with a private reshaping, which ffmpeg shows green and violet.
 */
export const isUnshownDolbyVision = (raw: Raw): boolean =>
  sidesOf(raw).some((side) => side['dv_profile'] !== undefined && side['dv_bl_signal_compatibility_id'] === 0);

/** Luminance of the reference white of HDR pictures, in cd/m² (ITU-R BT.2408). */
const WHITE_NITS = 203;
/** Luminance of highlights that become the white of the result: that of usual mastering, and of HLG. */
const PEAK_NITS = 1000;
/**
 * Share of the white's luminance up to which colours stay as they are. Above, highlights are compressed: white becomes
 * 0.88 of the signal. The peak is fixed, as chunks that are made by several workers must be equally bright.
 */
const KNEE = 0.5;

/**
 * Filter that scales pictures of `colour` to `size`, in 8 bit 4:2:0 and limited range. HDR becomes SDR of BT.709; wide
 * gamuts become BT.709; other pictures keep their primaries and matrix. Frames have the labels of `labelsOf`.
 */
export function pictureFilter(colour: Colour, { width, height }: Size): string {
  return [scaling(colour, { width, height }), 'setsar=1', 'format=yuv420p', labelFilter(labelsOf(colour))].join(',');
}

function scaling(colour: Colour, { width, height }: Size): string {
  const input = [
    `w=${width}:h=${height}:f=bicubic:pin=${colour.primaries}:tin=${colour.transfer}`,
    ...zimgInput(colour),
  ];
  if (isHdr(colour))
    return [
      `zscale=${input.join(':')}:t=linear:npl=${WHITE_NITS}`,
      'format=gbrpf32le',
      'zscale=p=bt709',
      `tonemap=mobius:param=${KNEE}:peak=${(PEAK_NITS / WHITE_NITS).toFixed(3)}:desat=0`,
      'zscale=t=bt709:m=bt709:r=limited',
    ].join(',');
  if (isWide(colour)) return `zscale=${input.join(':')}:p=bt709:t=bt709:m=bt709:r=limited`;
  const range = `${colour.isFullRange ? 'in_range=full:' : ''}out_range=limited`;
  return `scale=${width}:${height}:flags=bicubic:${range}${matrixOption('in', colour)}${matrixOption('out', colour)}`;
}

const zimgInput = ({ isRgb, matrix, isFullRange }: Colour): string[] =>
  isRgb ? [] : [`min=${matrix}`, `rin=${isFullRange ? 'full' : 'limited'}`];

const swscaleNames: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  bt470bg: 'bt470',
  smpte240m: 'smpte240m',
  fcc: 'fcc',
  bt2020nc: 'bt2020',
};
/** Omits matrices that swscale does not know: their pictures pass unchanged. */
const matrixOption = (side: 'in' | 'out', { matrix }: Pick<Colour, 'matrix'>): string =>
  swscaleNames[matrix] === undefined ? '' : `:${side}_color_matrix=${swscaleNames[matrix]}`;

/** Returns the colours of pictures after `pictureFilter`. */
export const labelsOf = (colour: Colour): Colour =>
  isHdr(colour) || isWide(colour)
    ? { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', isFullRange: false, isRgb: false }
    : Object.assign({}, colour, { isFullRange: false, isRgb: false });

/** Labels frames; a field that is not known keeps the label of the source. */
function labelFilter({ matrix, transfer, primaries }: Colour): string {
  const labels = { color_primaries: primaries, color_trc: transfer, colorspace: matrix };
  const stated = Object.entries(labels).flatMap(([name, value]) => (value === '' ? [] : [`${name}=${value}`]));
  return ['setparams=range=limited', ...stated].join(':');
}

/** Filter after `pictureFilter` for JPEGs, whose colours are BT.601 in full range (JFIF). */
export const jpegFilter = (colour: Colour): string =>
  `scale=in_range=limited:out_range=full${matrixOption('in', labelsOf(colour))}:out_color_matrix=bt601,format=yuvj420p`;
