import { useEffect, useLayoutEffect, useRef } from 'react';
import type { MediaSource } from '../core/model.ts';

interface VideoProps {
  source: MediaSource;
  label: string;
  mirrored?: boolean;
  /** Shows the whole picture instead of cropping it to the box. */
  isUncropped?: boolean;
  onPicture?(): void;
  /** The picture's aspect ratio (width divided by height) is known or has changed. */
  onAspect?(aspect: number): void;
}

/**
 * Elements released in this render, by source. A tile that shows the source at another place reuses the element: a new
 * element would be black until the next frame.
 */
const releasedVideos = new Map<string, HTMLVideoElement>();

function takeVideo(source: MediaSource): HTMLVideoElement {
  const releasedVideo = releasedVideos.get(source.id);
  releasedVideos.delete(source.id);
  if (releasedVideo !== undefined) return releasedVideo;
  const created = source.create?.();
  const video = created instanceof HTMLVideoElement ? created : document.createElement('video');
  video.autoplay = true;
  video.playsInline = true;
  video.muted = true;
  if (video !== created) source.attach(video);
  return video;
}

function releaseVideo(source: MediaSource, video: HTMLVideoElement): void {
  releasedVideos.set(source.id, video);
  setTimeout(() => {
    if (releasedVideos.get(source.id) !== video) return;
    releasedVideos.delete(source.id);
    source.detach(video);
    video.remove();
  }, 0);
}

/**
 * Plays a picture in a `.video-box`, which fills the nearest positioned ancestor. A new source with the same id, or
 * another place in the page, changes nothing, so that no black frame appears.
 */
export function Video({ source, label, mirrored, isUncropped, onPicture, onAspect }: VideoProps) {
  const containerRef = useRef<HTMLDivElement>(null);
  const videoRef = useRef<HTMLVideoElement>(null);
  const picture = useRef(onPicture);
  picture.current = onPicture;
  const shape = useRef(onAspect);
  shape.current = onAspect;
  useLayoutEffect(() => {
    const video = takeVideo(source);
    const onLoaded = (): void => picture.current?.();
    const onResize = (): void => {
      if (video.videoWidth > 0 && video.videoHeight > 0) shape.current?.(video.videoWidth / video.videoHeight);
    };
    video.addEventListener('loadeddata', onLoaded);
    video.addEventListener('resize', onResize);
    containerRef.current?.append(video);
    videoRef.current = video;
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) onLoaded();
    onResize();
    return () => {
      video.removeEventListener('loadeddata', onLoaded);
      video.removeEventListener('resize', onResize);
      videoRef.current = null;
      releaseVideo(source, video);
    };
  }, [source]);
  useLayoutEffect(() => {
    const video = videoRef.current;
    if (video === null) return;
    video.ariaLabel = label;
  });
  return <div ref={containerRef} className={`video-box ${isUncropped ? '' : 'cover'} ${mirrored ? 'mirrored' : ''}`} />;
}

export function Sound(props: { source: MediaSource }) {
  const element = useRef<HTMLAudioElement>(null);
  const { source } = props;
  useEffect(() => {
    const audio = element.current;
    if (audio === null) return undefined;
    source.attach(audio);
    return () => source.detach(audio);
  }, [source]);
  // biome-ignore lint/a11y/useMediaCaption: live speech; there are no captions to show
  return <audio ref={element} autoPlay />;
}
