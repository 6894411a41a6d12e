// Opens devices. Rejects only with DEVICE_DENIED, DEVICE_NOT_FOUND, DEVICE_IN_USE or DEVICE_FAILED.
import { MeridianClientError } from '@meridian/client';
import { deviceError } from '../media/device-error.ts';
import type { AudioCaptureOptions, ProcessorMaker, ScreenShareCaptureOptions, VideoCaptureOptions } from '../types.ts';
import { LocalTrack, type Reopen } from './local-track.ts';

const defaultVideo = { width: 1280, height: 720, frameRate: 30 };
const defaultScreen = { width: 1920, height: 1080, frameRate: 15 };

export interface LocalTrackOptions {
  readonly audio?: boolean | AudioCaptureOptions;
  readonly video?: boolean | VideoCaptureOptions;
}

/** Opens microphone and camera with one prompt to the user. */
export async function createLocalTracks(options: LocalTrackOptions): Promise<LocalTrack[]> {
  const audio = optionsOf(options.audio);
  const video = optionsOf(options.video);
  const stream = await userMedia({
    ...(audio === undefined ? {} : { audio: audioConstraints(audio) }),
    ...(video === undefined ? {} : { video: videoConstraints(video) }),
  });
  return await Promise.all(
    stream.getTracks().map((mediaStreamTrack) => {
      if (mediaStreamTrack.kind === 'audio') return microphone(mediaStreamTrack, audio ?? {});
      return camera(mediaStreamTrack, video ?? {});
    }),
  );
}

export async function createLocalAudioTrack(options: AudioCaptureOptions = {}): Promise<LocalTrack> {
  const stream = await userMedia({ audio: audioConstraints(options) });
  return microphone(firstOf(stream.getAudioTracks()), options);
}

export async function createLocalVideoTrack(options: VideoCaptureOptions = {}): Promise<LocalTrack> {
  const stream = await userMedia({ video: videoConstraints(options) });
  return camera(firstOf(stream.getVideoTracks()), options);
}

/** Asks the user for a screen, window or tab; the first track is the video, a second one the audio. */
export async function createLocalScreenTracks(options: ScreenShareCaptureOptions = {}): Promise<LocalTrack[]> {
  const { width, height, frameRate = defaultScreen.frameRate } = options.resolution ?? defaultScreen;
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({
      video: { width: { max: width }, height: { max: height }, frameRate: { max: frameRate } },
      audio: options.audio ?? false,
    });
  } catch (error) {
    throw deviceError(error);
  }
  const picture = firstOf(stream.getVideoTracks());
  picture.contentHint = options.contentHint ?? 'detail';
  const sound = stream
    .getAudioTracks()
    .map((mediaStreamTrack) => new LocalTrack({ mediaStreamTrack, source: 'screen_share_audio' }));
  return [new LocalTrack({ mediaStreamTrack: picture, source: 'screen_share' }), ...sound];
}

function microphone(mediaStreamTrack: MediaStreamTrack, options: AudioCaptureOptions): Promise<LocalTrack> {
  const reopen: Reopen = async (deviceId, capture) => {
    const captureOptions = { ...withDevice(options, deviceId), ...capture };
    return firstOf((await reopenedMicrophone(captureOptions)).getAudioTracks());
  };
  return withProcessor(new LocalTrack({ mediaStreamTrack, source: 'microphone', reopen }), options.processor);
}

function camera(mediaStreamTrack: MediaStreamTrack, options: VideoCaptureOptions): Promise<LocalTrack> {
  const reopen: Reopen = async (deviceId) =>
    firstOf((await userMedia({ video: videoConstraints(withDevice(options, deviceId)) })).getVideoTracks());
  return withProcessor(new LocalTrack({ mediaStreamTrack, source: 'camera', reopen }), options.processor);
}

/**
 * Opens the microphone again with other settings. A browser may return an open microphone with its current settings
 * unless the new ones are demanded (`exact`); if the microphone cannot meet the demand, it gets them as a wish.
 */
async function reopenedMicrophone(options: AudioCaptureOptions): Promise<MediaStream> {
  const audio = audioConstraints(options);
  const demanded = { ...audio, noiseSuppression: { exact: options.noiseSuppression ?? true } };
  try {
    return await userMedia({ audio: demanded });
  } catch (error) {
    if (!(error instanceof MeridianClientError) || error.code !== 'DEVICE_NOT_FOUND') throw error;
    return await userMedia({ audio });
  }
}

/** Gives the track its processor, and returns the track; if the processor fails, the track stays without it. */
async function withProcessor(track: LocalTrack, make: ProcessorMaker | undefined): Promise<LocalTrack> {
  try {
    await track.setProcessor(await make?.());
  } catch (error) {
    console.info('The device is used without its processor:', error);
  }
  return track;
}

const withDevice = <T extends { readonly deviceId?: string }>(options: T, deviceId: string | undefined): T =>
  deviceId === undefined ? options : { ...options, deviceId };

const optionsOf = <T extends object>(asked: boolean | T | undefined): T | undefined =>
  asked === true ? ({} as T) : asked === false ? undefined : asked;

function audioConstraints(options: AudioCaptureOptions): MediaTrackConstraints {
  return {
    echoCancellation: options.echoCancellation ?? true,
    noiseSuppression: options.noiseSuppression ?? true,
    autoGainControl: options.autoGainControl ?? true,
    ...deviceConstraint(options.deviceId),
  };
}

function videoConstraints(options: VideoCaptureOptions): MediaTrackConstraints {
  const { width, height, frameRate = defaultVideo.frameRate } = options.resolution ?? defaultVideo;
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate },
    ...(options.facingMode === undefined ? {} : { facingMode: options.facingMode }),
    ...deviceConstraint(options.deviceId),
  };
}

const deviceConstraint = (deviceId: string | undefined): MediaTrackConstraints =>
  deviceId === undefined || deviceId === '' || deviceId === 'default' ? {} : { deviceId: { exact: deviceId } };

async function userMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    throw deviceError(error);
  }
}

function firstOf(tracks: MediaStreamTrack[]): MediaStreamTrack {
  const [first] = tracks;
  if (first === undefined) throw deviceError(new DOMException('no track in the stream', 'NotFoundError'));
  return first;
}
