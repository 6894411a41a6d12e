import { type RefObject, useEffect, useState } from 'react';
import { shownText } from '../core/vtt.ts';

export interface CaptionTrack {
  readonly language: string;
  /** Display name in the page's language. */
  readonly name: string;
  readonly url: string;
}

/** Returns the current lines of the chosen language; '' during silence. */
export function useCaptions(
  media: RefObject<HTMLMediaElement | null>,
  tracks: readonly CaptionTrack[],
  language: string,
): readonly string[] {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    const all = media.current?.textTracks;
    // The element owns the list: the page's tracks are in it once they are rendered.
    const track = tracks.some((one) => one.language === language)
      ? [...(all ?? [])].find((one) => one.language === language)
      : undefined;
    if (track === undefined) return undefined;
    const show = (): void => setLines([...(track.activeCues ?? [])].map((cue) => shownText((cue as VTTCue).text)));
    track.mode = 'hidden'; // loaded and timed by the browser, rendered by the page
    track.addEventListener('cuechange', show);
    show();
    return () => {
      track.removeEventListener('cuechange', show);
      track.mode = 'disabled';
      setLines([]);
    };
  }, [media, tracks, language]);
  return lines;
}
