// Pictures of many formats.
import { after, box, cutTo, jpegWith } from './bytes.ts';
import { bytesOf, type CorpusRow, edited, made, picture, type Taken } from './row.ts';

const still = (type: string, videoCodec: string, o: Partial<Taken> = {}): Taken => ({
  kind: 'image',
  type,
  media: { durationMs: 0, width: 160, height: 120, videoCodec, audioCodec: '', fps: 0 },
  hasCover: true,
  ...o,
});
const one = ['-frames:v', '1'];
const jpeg = made('a.jpg', ...picture(), ...one);
const avif = made('a.avif', ...picture(), ...one, '-c:v', 'libaom-av1', '-still-picture', '1', '-cpu-used', '8');
const exif = `\xff\xe1\xff\xffExif\0\0${'\0'.repeat(65_535 - 8)}`;
const heic = Buffer.concat([box('ftyp', Buffer.from('heic\0\0\0\0mif1heic')), box('meta', Buffer.alloc(40))]);

export const pictureRows: readonly CorpusRow[] = [
  { name: 'JPEG', make: jpeg, expect: still('image/jpeg', 'mjpeg') },
  {
    name: 'JPEG with full range in 4:4:4',
    make: made('b.jpg', ...picture(), ...one, '-pix_fmt', 'yuvj444p'),
    expect: still('image/jpeg', 'mjpeg'),
  },
  {
    name: 'JPEG with a comment first',
    make: edited('c.jpg', jpeg, jpegWith('\xff\xfe\0\x04ab')),
    expect: still('image/jpeg', 'mjpeg'),
  },
  {
    name: 'JPEG with fill bytes before its first marker',
    make: edited('d.jpg', jpeg, jpegWith('\xff\xff\xff')),
    expect: still('image/jpeg', 'mjpeg'),
  },
  {
    name: 'JPEG with the marker of Adobe first',
    make: edited('e.jpg', jpeg, jpegWith('\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\x01')),
    expect: still('image/jpeg', 'mjpeg'),
  },
  {
    name: 'JPEG with its tables first',
    make: edited('f.jpg', jpeg, (bytes) =>
      Buffer.concat([bytes.subarray(0, 2), bytes.subarray(4 + bytes.readUInt16BE(4))]),
    ),
    expect: still('image/jpeg', 'mjpeg'),
  },
  {
    name: 'JPEG with the longest EXIF first',
    make: edited('g.jpg', jpeg, jpegWith(exif)),
    expect: still('image/jpeg', 'mjpeg'),
  },
  {
    name: 'JPEG with other bytes behind it',
    make: edited('h.jpg', jpeg, after(Buffer.alloc(5000, 0x20))),
    expect: still('image/jpeg', 'mjpeg'),
  },
  { name: 'JPEG that is cut', make: edited('i.jpg', jpeg, cutTo(0.7)), expect: still('image/jpeg', 'mjpeg') },
  {
    name: 'JPEG of its first bytes alone',
    make: bytesOf('j.jpg', Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF\0', 'latin1')),
    expect: { refused: 'MEDIA_BROKEN' },
  },
  { name: 'PNG', make: made('a.png', ...picture(), ...one), expect: still('image/png', 'png') },
  {
    name: 'PNG with transparency',
    make: made('b.png', ...picture(), ...one, '-pix_fmt', 'rgba'),
    expect: still('image/png', 'png'),
  },
  {
    name: 'PNG of 16 bits',
    make: made('c.png', ...picture(), ...one, '-pix_fmt', 'rgb48be'),
    expect: still('image/png', 'png'),
  },
  { name: 'animated PNG', make: made('a.apng', ...picture('160x120', '5')), expect: still('image/apng', 'apng') },
  { name: 'GIF', make: made('a.gif', ...picture(), ...one), expect: still('image/gif', 'gif') },
  { name: 'animated GIF', make: made('b.gif', ...picture('160x120', '5')), expect: still('image/gif', 'gif') },
  { name: 'WebP', make: made('a.webp', ...picture(), ...one, '-c:v', 'libwebp'), expect: still('image/webp', 'webp') },
  {
    name: 'lossless WebP',
    make: made('b.webp', ...picture(), ...one, '-c:v', 'libwebp', '-lossless', '1', '-pix_fmt', 'bgra'),
    expect: still('image/webp', 'webp'),
  },
  {
    name: 'animated WebP',
    make: made('c.webp', ...picture('160x120', '5'), '-c:v', 'libwebp_anim'),
    expect: still('image/webp', 'webp', { hasCover: false }),
  },
  {
    name: 'animated WebP without a picture',
    make: edited('d.webp', made('c.webp', ...picture('160x120', '5'), '-c:v', 'libwebp_anim'), (bytes) =>
      bytes.subarray(0, 40),
    ),
    expect: { refused: 'MEDIA_BROKEN' },
  },
  { name: 'AVIF', make: avif, expect: still('image/avif', 'av1') },
  {
    name: 'animated AVIF',
    make: made('b.avif', ...picture('160x120', '5'), '-c:v', 'libaom-av1', '-cpu-used', '8'),
    expect: still('image/avif', 'av1'),
  },
  {
    name: 'AVIF of the general brand',
    make: edited('c.avif', avif, (bytes) =>
      Buffer.concat([bytes.subarray(0, 8), Buffer.from('mif1'), bytes.subarray(12)]),
    ),
    expect: { refused: 'TYPE_REFUSED', detail: /HEIF/ },
  },
  { name: 'BMP', make: made('a.bmp', ...picture(), ...one), expect: still('image/bmp', 'bmp') },
  { name: 'TIFF', make: made('a.tiff', ...picture(), ...one), expect: still('image/tiff', 'tiff') },
  {
    name: 'TIFF of deflated lines',
    make: made('b.tiff', ...picture(), ...one, '-compression_algo', 'deflate'),
    expect: still('image/tiff', 'tiff'),
  },
  { name: 'JPEG 2000', make: made('a.jp2', ...picture(), ...one), expect: still('image/jp2', 'jpeg2000') },
  {
    name: 'JPEG XL',
    make: made('a.jxl', ...picture(), ...one, '-c:v', 'libjxl'),
    expect: still('image/jxl', 'jpegxl'),
  },
  { name: 'HEIC', make: bytesOf('a.heic', heic), expect: { refused: 'TYPE_REFUSED', detail: /HEIC/ } },
  { name: 'PCX', make: made('a.pcx', ...picture(), ...one), expect: { refused: 'TYPE_REFUSED', detail: /pcx_pipe/ } },
];
