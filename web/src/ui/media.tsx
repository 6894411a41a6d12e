import { useEffect, useRef } from 'react';
import type { MediaSource } from '../core/model.ts';

interface VideoProps {
  source: MediaSource;
  label: string;
  mirrored?: boolean;
  whole?: boolean;
  /** Its first picture is there. */
  onPicture?(): void;
}

/**
 * Plays a picture. Another source with the same id changes nothing: no black frame when only the list around it
 * changed.
 */
export function Video({ source, label, mirrored, whole, onPicture }: VideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (video === null) return undefined;
    source.attach(video);
    return () => source.detach(video);
  }, [source]);
  const classes = `video ${mirrored ? 'mirrored' : ''} ${whole ? 'whole' : ''}`;
  return (
    <video ref={element} className={classes} aria-label={label} onLoadedData={onPicture} autoPlay playsInline muted />
  );
}

/** Plays a sound; nothing is seen. */
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
