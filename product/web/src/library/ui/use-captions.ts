// Captions of a video, shown by the page: above its bar, in full screen as well.
import { type RefObject, useEffect, useState } from 'react';
import { shownText } from '../../recording/core/vtt.ts';

export interface CaptionTrack {
  readonly language: string;
  /** In the words of the page. */
  readonly name: string;
  readonly url: string;
}

/** Lines of the language that is chosen, which are spoken now; '': none is. */
export function useCaptions(
  media: RefObject<HTMLMediaElement | null>,
  tracks: readonly CaptionTrack[],
  language: string,
): readonly string[] {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    const all = media.current?.textTracks;
    // The list is that of the element: tracks of the page are in it once they are drawn.
    const track = tracks.some((one) => one.language === language)
      ? [...(all ?? [])].find((one) => one.language === language)
      : undefined;
    if (track === undefined) return undefined;
    const show = (): void => setLines([...(track.activeCues ?? [])].map((cue) => shownText((cue as VTTCue).text)));
    track.mode = 'hidden'; // loaded and followed, drawn by the page
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
