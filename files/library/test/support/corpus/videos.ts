// Video files of many containers and codecs.
import {
  before,
  crcElement,
  cutTo,
  docType,
  ebmlRest,
  firstBoxAs,
  freeBeforeFtyp,
  id3,
  junk,
  mdatFirst,
  packetsOf204,
  replaced,
  voidElement,
  withEbmlHead,
} from './bytes.ts';
import { aac, type CorpusRow, edited, h264, made, picture, type Taken, tone } from './row.ts';

const both = [...picture(), ...tone()];
const av = [...both, ...h264, ...aac];
const mpeg2 = ['-c:v', 'mpeg2video', '-c:a', 'mp2'];
const mpeg4 = ['-c:v', 'mpeg4', '-c:a', 'libmp3lame'];
const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libvorbis'];
const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'];
const mp4 = made('film.mp4', ...av);
const ts = made('film.ts', ...av);
const webm = made('film.webm', ...both, ...vp8);

/** Facts that all of these files have, if the row says nothing else. */
const film = (type: string, media: Taken['media'] = {}, o: Partial<Taken> = {}): Taken => ({
  kind: 'video',
  type,
  media: Object.assign({ durationMs: 1000, width: 160, height: 120 }, media),
  hasCover: true,
  toleranceMs: 150,
  ...o,
});
const h264Aac = { videoCodec: 'h264', audioCodec: 'aac', audioChannels: 1, fps: 25 };
const vp8Vorbis = { videoCodec: 'vp8', audioCodec: 'vorbis' };
/** An elementary stream states no duration. */
const stream = (type: string, videoCodec: string): Taken => ({
  kind: 'video',
  type,
  media: { width: 160, height: 120, videoCodec, audioCodec: '' },
  hasCover: true,
});

export const videoRows: readonly CorpusRow[] = [
  { name: 'an MP4', make: mp4, expect: film('video/mp4', h264Aac) },
  {
    name: 'an MP4 with its index first',
    make: made('a.mp4', ...av, '-movflags', '+faststart'),
    expect: film('video/mp4', h264Aac),
  },
  {
    name: 'an MP4 with a free box before ftyp',
    make: edited('b.mp4', mp4, freeBeforeFtyp),
    expect: film('video/mp4', h264Aac),
  },
  {
    name: 'QuickTime without ftyp, with wide first',
    make: edited('c.mov', mp4, firstBoxAs('wide')),
    expect: film('video/quicktime', h264Aac),
  },
  {
    name: 'QuickTime without ftyp, with skip first',
    make: edited('d.mov', mp4, firstBoxAs('skip')),
    expect: film('video/quicktime', h264Aac),
  },
  {
    name: 'QuickTime without ftyp, with free first',
    make: edited('e.mov', mp4, firstBoxAs('free')),
    expect: film('video/quicktime', h264Aac),
  },
  {
    name: 'QuickTime with mdat first',
    make: edited('f.mov', mp4, mdatFirst),
    expect: film('video/quicktime', h264Aac),
  },
  {
    name: 'QuickTime with moov first and without ftyp',
    make: edited('g.mov', made('a.mp4', ...av, '-movflags', '+faststart'), (bytes) =>
      bytes.subarray(bytes.readUInt32BE(0)),
    ),
    expect: {
      kind: 'video',
      type: 'video/quicktime',
      media: { durationMs: 1000, width: 160, height: 120, videoCodec: 'h264', audioCodec: 'aac' },
    },
  },
  {
    name: 'a fragmented MP4',
    make: made('h.mp4', ...av, '-movflags', '+frag_keyframe+empty_moov'),
    expect: film('video/mp4', { videoCodec: 'h264', audioCodec: 'aac' }),
  },
  {
    name: 'a fragmented MP4 for DASH',
    make: made('i.mp4', ...av, '-movflags', '+dash'),
    expect: film('video/mp4', { videoCodec: 'h264', audioCodec: 'aac' }),
  },
  { name: 'Smooth Streaming', make: made('j.ismv', ...av), expect: film('video/mp4', h264Aac) },
  {
    name: 'an MP4 of the brand mp42',
    make: edited('k.mp4', mp4, replaced('ftypisom', 'ftypmp42')),
    expect: film('video/mp4', h264Aac),
  },
  {
    name: 'an MP4 of an unknown brand',
    make: edited('l.mp4', mp4, replaced('ftypisom', 'ftypXYZ1')),
    expect: film('video/mp4', h264Aac),
  },
  {
    name: 'an MP4 of Sony',
    make: edited('m.mp4', mp4, replaced('ftypisom', 'ftypMSNV')),
    expect: film('video/mp4', h264Aac),
  },
  { name: 'an M4V', make: made('n.m4v', ...av), expect: film('video/mp4', h264Aac) },
  { name: 'an F4V', make: made('o.f4v', ...av), expect: film('video/mp4', h264Aac) },
  {
    name: 'a film for the PSP',
    make: made('p.mp4', ...both, ...h264, '-vf', 'scale=160:112', ...aac, '-f', 'psp'),
    expect: film('video/mp4', { width: 149, height: 112 }),
  },
  {
    name: 'a 3GP',
    make: made('q.3gp', ...picture('176x144'), ...tone(), '-c:v', 'h263', ...aac),
    expect: film('video/3gpp', { width: 176, height: 144, videoCodec: 'h263' }),
  },
  { name: 'a 3G2', make: made('r.3g2', ...av), expect: film('video/3gpp2', h264Aac) },
  { name: 'QuickTime', make: made('s.mov', ...av), expect: film('video/quicktime', h264Aac) },
  {
    name: 'QuickTime with ProRes',
    make: made('t.mov', ...both, '-c:v', 'prores', '-c:a', 'pcm_s16be'),
    expect: film('video/quicktime', { videoCodec: 'prores', audioCodec: 'pcm_s16be' }),
  },
  {
    name: 'QuickTime with MJPEG',
    make: made('u.mov', ...both, '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_u8'),
    expect: film('video/quicktime', { videoCodec: 'mjpeg' }),
  },
  {
    name: 'an MP4 with HEVC',
    make: made(
      'v.mp4',
      ...both,
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'log-level=none',
      '-tag:v',
      'hvc1',
      ...aac,
    ),
    expect: film('video/mp4', { videoCodec: 'hevc' }),
  },
  {
    name: 'an MP4 with AV1',
    make: made('w.mp4', ...both, '-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime', ...aac),
    expect: film('video/mp4', { videoCodec: 'av1' }),
  },
  {
    name: 'an MP4 with VP9',
    make: made('x.mp4', ...both, ...vp9),
    expect: film('video/mp4', { videoCodec: 'vp9', audioCodec: 'opus' }),
  },
  {
    name: 'an MP4 with MPEG-4 part 2 and MP3',
    make: made('y.mp4', ...both, ...mpeg4),
    expect: film('video/mp4', { videoCodec: 'mpeg4', audioCodec: 'mp3' }),
  },
  {
    name: 'an MP4 without sound',
    make: made('z.mp4', ...picture(), ...h264),
    expect: film('video/mp4', { audioCodec: '', audioChannels: 0 }),
  },
  {
    name: 'an MP4 that is cut',
    make: edited('cut.mp4', mp4, cutTo(0.5)),
    expect: { refused: 'MEDIA_BROKEN', detail: /moov atom not found/ },
  },
  {
    name: 'an MP4 of only ftyp',
    make: edited('ftyp.mp4', mp4, (bytes) => bytes.subarray(0, bytes.readUInt32BE(0))),
    expect: { refused: 'MEDIA_BROKEN' },
  },

  { name: 'Matroska', make: made('a.mkv', ...av), expect: film('video/x-matroska', h264Aac) },
  {
    name: 'Matroska with FFV1 and FLAC',
    make: made('b.mkv', ...both, '-c:v', 'ffv1', '-c:a', 'flac'),
    expect: film('video/x-matroska', { videoCodec: 'ffv1', audioCodec: 'flac' }),
  },
  {
    name: 'Matroska of a live encoder',
    make: made('c.mkv', ...av, '-live', '1'),
    expect: { kind: 'video', type: 'video/x-matroska', media: { width: 160, videoCodec: 'h264' }, hasCover: true },
  },
  {
    name: 'Matroska with a DocType padded with zeros',
    make: edited('d.mkv', made('a.mkv', ...av), withEbmlHead(ebmlRest, docType('matroska\0\0\0\0'))),
    expect: film('video/x-matroska', h264Aac),
  },
  {
    name: 'Matroska with a void and a checksum first',
    make: edited(
      'e.mkv',
      made('a.mkv', ...av),
      withEbmlHead(crcElement, voidElement(40), docType('matroska'), ebmlRest),
    ),
    expect: film('video/x-matroska', h264Aac),
  },
  {
    name: 'Matroska of another DocType',
    make: edited('f.mkv', made('a.mkv', ...av), withEbmlHead(ebmlRest, docType('quux'))),
    expect: film('video/x-matroska', h264Aac),
  },
  { name: 'WebM with VP8', make: webm, expect: film('video/webm', vp8Vorbis) },
  {
    name: 'WebM with VP9',
    make: made('g.webm', ...both, ...vp9),
    expect: film('video/webm', { videoCodec: 'vp9', audioCodec: 'opus' }),
  },
  {
    name: 'WebM with AV1',
    make: made('h.webm', ...both, '-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime', '-c:a', 'libopus'),
    expect: film('video/webm', { videoCodec: 'av1' }),
  },
  {
    name: 'WebM with a DocType padded with zeros',
    make: edited('i.webm', webm, withEbmlHead(ebmlRest, docType('webm\0\0\0\0'))),
    expect: film('video/webm', vp8Vorbis),
  },
  {
    name: 'WebM with its DocType last',
    make: edited('j.webm', webm, withEbmlHead(voidElement(60), ebmlRest, docType('webm'))),
    expect: film('video/webm', vp8Vorbis),
  },
  {
    name: 'WebM with its DocType first',
    make: edited('k.webm', webm, withEbmlHead(docType('webm'), ebmlRest)),
    expect: film('video/webm', vp8Vorbis),
  },
  {
    name: 'WebM that is cut',
    make: edited('l.webm', webm, cutTo(0.6)),
    expect: film('video/webm', { videoCodec: 'vp8' }),
  },

  { name: 'an MPEG transport stream', make: ts, expect: film('video/mp2t', h264Aac) },
  {
    name: 'a transport stream of packets of 192 bytes',
    make: made('a.m2ts', ...av, '-mpegts_m2ts_mode', '1'),
    expect: film('video/mp2t', h264Aac),
  },
  {
    name: 'a transport stream of packets of 204 bytes',
    make: edited('b.ts', ts, packetsOf204),
    expect: film('video/mp2t', h264Aac),
  },
  {
    name: 'a transport stream that begins within a packet',
    make: edited(
      'c.ts',
      made('film.ts', ...picture('160x120', '25', 3), ...tone(3), ...h264, '-g', '10', ...aac),
      (bytes) => bytes.subarray(5 * 188 + 77),
    ),
    expect: film('video/mp2t', { durationMs: 3000, videoCodec: 'h264' }),
  },
  {
    name: 'a transport stream behind other bytes',
    make: edited('d.ts', ts, before(junk(1000))),
    expect: film('video/mp2t', h264Aac),
  },
  {
    name: 'a transport stream behind an ID3 tag',
    make: edited('e.ts', ts, before(id3(64))),
    expect: film('video/mp2t', h264Aac),
  },
  {
    name: 'a transport stream with MPEG-2',
    make: made('f.ts', ...both, ...mpeg2),
    expect: film('video/mp2t', { videoCodec: 'mpeg2video', audioCodec: 'mp2' }),
  },
  {
    name: 'a transport stream with HEVC and AC-3',
    make: made(
      'g.ts',
      ...both,
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'log-level=none',
      '-c:a',
      'ac3',
    ),
    expect: film('video/mp2t', { videoCodec: 'hevc', audioCodec: 'ac3' }),
  },
  {
    name: 'an MPEG program stream',
    make: made('a.mpg', ...both, '-c:v', 'mpeg1video', '-c:a', 'mp2'),
    expect: film('video/mpeg', { videoCodec: 'mpeg1video' }),
  },
  {
    name: 'a program stream of a DVD',
    make: made('b.vob', ...picture('720x576'), ...tone(), '-target', 'pal-dvd'),
    expect: film('video/mpeg', { width: 720, height: 576, videoCodec: 'mpeg2video', audioCodec: 'ac3' }),
  },
  {
    name: 'an MPEG-2 video stream',
    make: made('c.m2v', ...picture(), '-c:v', 'mpeg2video'),
    expect: stream('video/mpeg', 'mpeg2video'),
  },

  {
    name: 'AVI with MPEG-4 and MP3',
    make: made('a.avi', ...both, ...mpeg4),
    expect: film('video/x-msvideo', { videoCodec: 'mpeg4', audioCodec: 'mp3' }),
  },
  {
    name: 'AVI with MJPEG',
    make: made('b.avi', ...both, '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le'),
    expect: film('video/x-msvideo', { videoCodec: 'mjpeg' }),
  },
  {
    name: 'AVI with room for an OpenDML index',
    make: made('c.avi', ...av, '-reserve_index_space', '4096'),
    expect: film('video/x-msvideo', h264Aac),
  },
  { name: 'FLV with H.264', make: made('a.flv', ...av), expect: film('video/x-flv', h264Aac) },
  {
    name: 'FLV with Sorenson and MP3',
    make: made('b.flv', ...picture(), ...tone(1, 44_100), '-c:v', 'flv', '-c:a', 'libmp3lame'),
    expect: film('video/x-flv', { videoCodec: 'flv1', audioCodec: 'mp3' }),
  },
  {
    name: 'FLV without onMetaData',
    make: made('c.flv', ...av, '-flvflags', 'no_metadata+no_duration_filesize'),
    expect: { kind: 'video', type: 'video/x-flv', media: { width: 160, videoCodec: 'h264' }, hasCover: true },
  },
  {
    name: 'WMV',
    make: made('a.wmv', ...both),
    expect: film('video/x-ms-asf', { videoCodec: 'msmpeg4v3', audioCodec: 'wmav2' }),
  },
  {
    name: 'WMV of version 2',
    make: made('b.wmv', ...both, '-c:v', 'wmv2', '-c:a', 'wmav1'),
    expect: film('video/x-ms-asf', { videoCodec: 'wmv2', audioCodec: 'wmav1' }),
  },
  {
    name: 'Ogg with Theora',
    make: made('a.ogv', ...both, '-c:v', 'libtheora', '-c:a', 'libvorbis'),
    expect: film('video/ogg', { videoCodec: 'theora', audioCodec: 'vorbis' }),
  },
  {
    name: 'MXF',
    make: made('a.mxf', ...both, '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le'),
    expect: film('application/mxf', { videoCodec: 'mpeg2video', audioCodec: 'pcm_s16le' }),
  },
  {
    name: 'MXF behind a run-in',
    make: edited('b.mxf', made('a.mxf', ...both, '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le'), before(junk(1000))),
    expect: film('application/mxf', { videoCodec: 'mpeg2video' }),
  },
  {
    name: 'DV',
    make: made('a.dv', ...picture('720x576'), ...tone(), '-ac', '2', '-pix_fmt', 'yuv420p', '-target', 'pal-dv'),
    expect: film('video/dv', { width: 768, height: 576, videoCodec: 'dvvideo', audioCodec: 'pcm_s16le' }),
  },
  { name: 'NUT', make: made('a.nut', ...av), expect: film('video/x-nut', h264Aac) },
  { name: 'Windows TV', make: made('a.wtv', ...both), expect: film('video/x-ms-wtv', { videoCodec: 'mpeg2video' }) },
  {
    name: 'RealMedia',
    make: made('a.rm', ...picture('176x144'), '-c:v', 'rv20'),
    expect: film('application/vnd.rn-realmedia', { width: 176, height: 144, videoCodec: 'rv20' }),
  },
  {
    name: 'IVF',
    make: made('a.ivf', ...picture(), '-c:v', 'libvpx', '-deadline', 'realtime'),
    expect: film('video/x-ivf', { videoCodec: 'vp8' }),
  },
  {
    name: 'YUV4MPEG',
    make: made('a.y4m', ...picture('64x48'), '-pix_fmt', 'yuv420p'),
    expect: film('video/x-yuv4mpeg', { width: 64, height: 48, videoCodec: 'rawvideo' }),
  },
  { name: 'an H.264 stream', make: made('a.h264', ...picture(), ...h264), expect: stream('video/h264', 'h264') },
  {
    name: 'an HEVC stream',
    make: made('a.hevc', ...picture(), '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'),
    expect: stream('video/h265', 'hevc'),
  },
  {
    name: 'an AV1 stream',
    make: made('a.obu', ...picture(), '-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime'),
    expect: stream('video/av1', 'av1'),
  },
  {
    name: 'an MPEG-4 video stream',
    make: made('a.m4v', ...picture(), '-c:v', 'mpeg4', '-f', 'm4v'),
    expect: stream('video/mp4v-es', 'mpeg4'),
  },
];
