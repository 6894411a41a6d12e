import { type RefObject, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { PlayLink } from '../core/model.ts';
import { firstState, Playback, type PlaybackState } from '../play/playback.ts';
import { type Thumbnail, Thumbnails } from '../play/thumbnails.ts';

export interface PlaybackWanted {
  readonly media: RefObject<HTMLMediaElement | null>;
  readonly link: PlayLink;
  readonly startMs: number;
  /** Function that stays the same between renders. */
  newLink(): Promise<PlayLink>;
  onFailed(isRefused: boolean): void;
}

export interface UsedPlayback extends PlaybackState {
  readonly playback: Playback | undefined;
}

const never = (): (() => void) => () => undefined;

export function usePlayback({ media, link, startMs, newLink, onFailed }: PlaybackWanted): UsedPlayback {
  const [playback, setPlayback] = useState<Playback>();
  const latest = useRef({ startMs, onFailed });
  useEffect(() => {
    latest.current = { startMs, onFailed };
  });
  useEffect(() => {
    const element = media.current;
    if (element === null) return undefined;
    const opened = new Playback({
      element,
      link,
      startMs: latest.current.startMs,
      newLink,
      onFailed: (isRefused) => latest.current.onFailed(isRefused),
    });
    setPlayback(opened);
    return () => {
      opened.close();
      setPlayback(undefined);
    };
  }, [media, link, newLink]);
  const [first, setFirst] = useState({ link, state: firstState(link) });
  if (first.link !== link) setFirst({ link, state: firstState(link) });
  const get = useCallback(() => playback?.state.get() ?? first.state, [playback, first]);
  const state = useSyncExternalStore(playback?.state.subscribe ?? never, get);
  return Object.assign({ playback }, state);
}

export type ThumbnailAt = (ms: number) => Thumbnail | undefined;

export function useThumbnails(playback: Playback | undefined, vttUrl: string | undefined): ThumbnailAt {
  const [thumbnails, setThumbnails] = useState<Thumbnails>();
  useEffect(() => {
    if (playback === undefined || vttUrl === undefined) return undefined;
    const opened = new Thumbnails(vttUrl, (url, type) => playback.load(url, type));
    setThumbnails(opened);
    return () => {
      opened.close();
      setThumbnails(undefined);
    };
  }, [playback, vttUrl]);
  useSyncExternalStore(thumbnails?.version.subscribe ?? never, () => thumbnails?.version.get() ?? 0);
  return useCallback((ms) => thumbnails?.at(ms), [thumbnails]);
}
