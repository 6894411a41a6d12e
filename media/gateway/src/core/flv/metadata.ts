// `onMetaData` of streams for players: Adobe Flash Video File Format 10.1, annex E.5.
import { type AudioFormat, parseSps, type VideoFormat } from '@meridian/room-media/core';
import { type AmfObject, EcmaArray, encodeAmf0 } from '../rtmp/amf0.ts';

/** CodecID of AVC and SoundFormat of AAC. */
const AVC = 7;
const AAC = 10;
const SAMPLE_BITS = 16;

export interface StreamFormats {
  readonly audio: AudioFormat | undefined;
  readonly video: VideoFormat | undefined;
}

/** Returns `onMetaData` with the codecs that come, for players that start when all announced kinds are there. */
export function streamMetadata({ audio, video }: StreamFormats): AmfObject {
  const metadata = new EcmaArray([
    ['hasAudio', audio !== undefined],
    ['hasVideo', video !== undefined],
  ]);
  if (video !== undefined) {
    metadata.set('videocodecid', AVC);
    const size = parseSps(video.sps);
    if (size !== undefined) metadata.set('width', size.width).set('height', size.height);
  }
  if (audio !== undefined) {
    metadata.set('audiocodecid', AAC).set('audiosamplerate', audio.sampleRate);
    metadata.set('audiosamplesize', SAMPLE_BITS).set('stereo', audio.channels === 2);
  }
  return metadata;
}

/** Returns the body of a script tag. */
export const metadataBody = (metadata: AmfObject): Uint8Array => encodeAmf0('onMetaData', metadata);
