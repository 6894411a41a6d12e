// Fuzz targets for parsers without a session. RTMP and RTP sessions have their own fuzzers: media/gateway/test/fuzz.
import { TsDemuxer, TsMuxer } from '@meridian/client';
import { SrtpCrypto } from '@meridian/room-media';
import {
  aacConfigBytes,
  av1,
  clearBytesOf,
  crc32,
  FlvFileReader,
  flvHeader,
  flvTag,
  flvTagType,
  hasBFrames,
  MalformedStream,
  NutReader,
  nalTypeOf,
  nutFrame,
  nutHeader,
  parsePpsIds,
  parseSliceStart,
  parseSps,
  readSrtp,
  SrtpSource,
  splitAnnexB,
  splitLengths,
  toAnnexB,
  toLengths,
  vp8,
  vp9,
  writeAvcConfig,
} from '@meridian/room-media/core';
import { FlvMediaReader } from '../../../media/gateway/src/core/flv/media.ts';
import { aacConfigBody, aacFrameBody, avcConfigBody, avcFrameBody } from '../../../media/gateway/src/core/flv/tags.ts';
import { decodeAmf0, encodeAmf0 } from '../../../media/gateway/src/core/rtmp/amf0.ts';
import { SrtpPeer } from '../../../media/room-media/test/support/srtp-peer.ts';
import { SoundDecoder } from '../../../sdk-web/src/h5/core/sound-decoder.ts';
import { StreamError } from '../../../sdk-web/src/h5/core/stream-error.ts';
import { VideoDecoder } from '../../../sdk-web/src/h5/core/video-decoder.ts';
import { smallPictures, smallSounds } from '../../../sdk-web/test/h5-units.ts';
import { descriptions } from './descriptions.ts';
import { liveKitTargets } from './livekit-targets.ts';
import { concatenated, type FuzzTarget } from './target.ts';

const isMalformed = (error: unknown): boolean => error instanceof MalformedStream;
const never = (): boolean => false;
const isMpegTs = (error: unknown): boolean => error instanceof Error && error.name === 'MpegTsError';
const isStreamError = (error: unknown): boolean => error instanceof StreamError;

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const sps = hex('6742c00dd90141fb0e1000000300100000030320f142a480');
const highSps = hex('67f4001e919b281485fc7cfff85a805a48800000030080000019078b16cb');
const pps = hex('68ebc3cb20');
const idr = hex('6588804000ff');
const slice = hex('419a0102030405');
const ownBytes = 1 << 20;

const amf0: FuzzTarget = {
  name: 'amf0',
  seeds: [
    encodeAmf0(
      'connect',
      1,
      new Map<string, string | number>([
        ['app', 'live'],
        ['capabilities', 15],
      ]),
    ),
    encodeAmf0('onMetaData', [1, 'two', null, true], new Map([['inner', new Map([['deep', 'value']])]]), new Date(0)),
  ],
  run: (input) => void decodeAmf0(input),
  isDeclared: isMalformed,
  ownBytes,
};

const tags = [
  flvTag(flvTagType.video, 0, avcConfigBody(writeAvcConfig({ codec: 'h264', sps, pps }))),
  flvTag(flvTagType.audio, 0, aacConfigBody(aacConfigBytes(48_000, 2))),
  flvTag(flvTagType.video, 40, avcFrameBody({ isKey: true, compositionMs: 0, data: toLengths([sps, pps, idr]) })),
  flvTag(flvTagType.audio, 50, aacFrameBody(Uint8Array.of(1, 2, 3))),
  flvTag(flvTagType.video, 80, avcFrameBody({ isKey: false, compositionMs: 40, data: toLengths([slice]) })),
];
const flv: FuzzTarget = {
  name: 'flv',
  seeds: [concatenated(flvHeader({ hasAudio: true, hasVideo: true }), ...tags)],
  run: (input, rng) => {
    const [file, media] = [new FlvFileReader(), new FlvMediaReader()];
    for (const piece of piecesOf(input, 1 + rng.int(64))) {
      for (const { type, timestampMs, body } of file.push(piece)) {
        const unit = type === flvTagType.audio ? media.audio(timestampMs, body) : media.video(timestampMs, body);
        if (unit?.kind === 'video') hasBFrames(unit);
        if (unit?.kind === 'videoFormat') parseSps(unit.format.sps);
      }
    }
  },
  isDeclared: isMalformed,
  ownBytes,
};

const h264: FuzzTarget = {
  name: 'h264',
  seeds: [sps, highSps, pps, idr, slice, toAnnexB([sps, pps, idr]), toLengths([sps, pps, idr])],
  run: (input) => {
    const info = parseSps(input);
    if (info !== undefined && !(info.width > 0 && info.width <= 16_384 && info.height > 0 && info.height <= 32_768))
      throw new Error(`a picture of ${info.width}×${info.height}`);
    parsePpsIds(input);
    parseSliceStart(input);
    for (const nals of [splitAnnexB(input), splitLengths(input, 1), splitLengths(input, 2), splitLengths(input, 4)])
      for (const nal of nals ?? []) nalTypeOf(nal);
  },
  isDeclared: never,
  ownBytes,
};

/** Splits an input into the payloads of one picture, each preceded by its length. */
function* payloadsOf(input: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < input.length; at += 1 + (input[at] ?? 0)) {
    const payload = input.subarray(at + 1, at + 1 + (input[at] ?? 0));
    if (payload.length > 0) yield payload;
  }
}
const packets = (...payloads: string[]): Uint8Array =>
  concatenated(...payloads.map(hex).flatMap((payload) => [Uint8Array.of(payload.length), payload]));
const pictures: FuzzTarget = {
  name: 'pictures',
  seeds: [
    packets('90f081220720100000009d012a80026801aabb', '8080812201'),
    packets(
      'aeb7960100 30014000b40280016883498342 0013f00b3070e0'.replaceAll(' ', ''),
      'acb79603008702020004fe02ce',
      '7cb7960202870287',
    ),
    packets('680b08000000043cfecc01a00830104a2014514505', '9037aabb'),
    packets('280d08001301088086627fb380340134001 29face0'.replaceAll(' ', ''), '10340830e040020001'),
  ],
  run: (input) => {
    for (const format of [vp8, vp9, av1]) {
      const picture = format([...payloadsOf(input)]);
      if (picture === undefined) continue;
      const { head, layers, data } = picture;
      if (data.length === 0 || data.length > 4 * input.length + 16)
        throw new Error(`a picture of ${data.length} bytes`);
      if (!(layers >= 1 && layers <= 8)) throw new Error(`a picture of ${layers} layers`);
      if (head.isKey && !(head.width >= 1 && head.width <= 65_536 && head.height >= 1 && head.height <= 65_536))
        throw new Error(`a picture of ${head.width}×${head.height}`);
    }
  },
  isDeclared: never,
  ownBytes,
};

const nutHead = nutHeader({
  fourcc: [0xff, 0],
  timeScale: 48_000,
  decodeDelay: 0,
  config: aacConfigBytes(48_000, 2),
  media: { kind: 'audio', sampleRate: 48_000, channels: 2 },
});
const nut: FuzzTarget = {
  name: 'nut',
  seeds: [concatenated(nutHead, nutFrame(0, true, Uint8Array.of(1, 2, 3)), nutFrame(1024, true, new Uint8Array(300)))],
  run: (input, rng) => {
    // Mutants with correct checksums reach deeper code.
    const bytes = rng.int(2) === 0 ? input : checksummed(input);
    const reader = new NutReader();
    for (const piece of piecesOf(bytes, 16 + rng.int(256))) reader.push(piece);
  },
  isDeclared: isMalformed,
  ownBytes: 8 << 20,
};

const master = Uint8Array.from({ length: 30 }, (_, at) => at);
const rtp = Uint8Array.of(0x80, 0x60, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8);
const rtcp = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 1);
const sealed = [
  new SrtpPeer(Buffer.from(master).toString('base64')).sealRtp(rtp),
  new SrtpPeer(Buffer.from(master).toString('base64')).sealRtcp(rtcp),
].map((datagram) => Uint8Array.from(datagram));
const crypto = new SrtpCrypto(master);
const srtp: FuzzTarget = {
  name: 'srtp',
  seeds: sealed,
  run: (input) => {
    const read = readSrtp(input);
    if (read === undefined) return;
    clearBytesOf(input);
    const checked = new SrtpSource(crypto).check(input, read.kind);
    const isOurs = sealed.some((valid) => Buffer.compare(valid, input) === 0);
    if ((checked.verdict === 'fresh') !== isOurs)
      throw new Error(`the verdict is ${checked.verdict}, but isOurs is ${isOurs}`);
    if (checked.verdict === 'fresh' && read.kind === 'rtp') crypto.openRtp(input, checked.index);
  },
  isDeclared: never,
  ownBytes,
};

function transportStream(): Uint8Array {
  const muxer = new TsMuxer({ video: 'mpeg1', audio: 'mp2' });
  const units = [
    { kind: 'video', ptsMs: 0, isKey: true, data: new Uint8Array(600).fill(7) },
    { kind: 'audio', ptsMs: 10, isKey: false, data: new Uint8Array(300).fill(9) },
    { kind: 'video', ptsMs: 40, isKey: false, data: new Uint8Array(200).fill(7) },
  ] as const;
  return concatenated(muxer.head(), ...units.map((unit) => muxer.write(unit)));
}
const mpegTs: FuzzTarget = {
  name: 'mpeg-ts',
  seeds: [transportStream()],
  run: (input, rng) => {
    const demuxer = new TsDemuxer();
    for (const piece of piecesOf(input, 32 + rng.int(512))) demuxer.push(piece);
    demuxer.flush();
  },
  isDeclared: isMpegTs,
  ownBytes: 8 << 20,
};

const [firstPicture = new Uint8Array(0), secondPicture = new Uint8Array(0)] = smallPictures();
const mpeg1: FuzzTarget = {
  name: 'mpeg1',
  seeds: [firstPicture, secondPicture],
  run: (input) => {
    const decoder = new VideoDecoder();
    decoder.decode(firstPicture);
    decoder.decode(input);
  },
  isDeclared: isStreamError,
  // The limit is twice the frame of the largest picture.
  ownBytes: 8 << 20,
};

const sound = new SoundDecoder();
const mp2: FuzzTarget = {
  name: 'mp2',
  seeds: smallSounds(),
  run: (input) => void sound.decode(input),
  isDeclared: isStreamError,
  ownBytes,
};

export const targets: readonly FuzzTarget[] = [
  amf0,
  flv,
  h264,
  pictures,
  nut,
  srtp,
  ...descriptions,
  mpegTs,
  mpeg1,
  mp2,
  ...liveKitTargets,
];

function* piecesOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Corrects the checksums of NUT headers, which follow a startcode and a length of one byte. */
function checksummed(input: Uint8Array): Uint8Array {
  const bytes = input.slice();
  for (let at = 25; at + 13 < bytes.length; at += 1) {
    const length = bytes[at + 8] ?? 0;
    if (bytes[at] !== 0x4e || length < 4 || length > 127 || at + 9 + length > bytes.length) continue;
    const body = bytes.subarray(at + 9, at + 5 + length);
    new DataView(bytes.buffer).setUint32(at + 5 + length, crc32(body));
    at += 8 + length;
  }
  return bytes;
}
