// Captions and preview pictures, fetched on demand.
import type { FinishedRecording } from '@meridian/protocol';
import { useCallback, useEffect, useState } from 'react';
import { fileUrl } from '../core/address.ts';
import { type Cue, pictureAt, type SmallPicture } from '../core/vtt.ts';
import { loadCues } from '../load.ts';

/** Returns the cues of a language's captions; empty for ''. */
export function useCaptions(base: string, { captions }: FinishedRecording, language: string): readonly Cue[] {
  const name = captions.find(({ lang }) => lang === language)?.name;
  return useCues(base, name);
}

export type SmallPictureAt = (ms: number) => (Omit<SmallPicture, 'sheet'> & { readonly url: string }) | undefined;

/** Returns the preview pictures of the shown output, else of the first that has any. */
export function useSmallPictures(
  base: string,
  { outputs }: FinishedRecording,
  shown: string | undefined,
): SmallPictureAt {
  const output =
    outputs.find(({ name, sprite }) => name === shown && sprite !== null) ??
    outputs.find(({ sprite }) => sprite !== null);
  const vtt = output?.sprite?.vtt;
  const cues = useCues(base, vtt);
  const offsetMs = output?.offsetMs ?? 0;
  return useCallback(
    (ms) => {
      const found = pictureAt(cues, ms - offsetMs);
      if (found === undefined || vtt === undefined) return undefined;
      const { sheet, x, y, width, height } = found;
      return { url: new URL(sheet, fileUrl(base, vtt)).href, x, y, width, height };
    },
    [cues, offsetMs, base, vtt],
  );
}

const none: readonly Cue[] = [];

function useCues(base: string, name: string | undefined): readonly Cue[] {
  const [cues, setCues] = useState<{ readonly name: string; readonly list: readonly Cue[] }>();
  useEffect(() => {
    if (name === undefined) return undefined;
    let isGone = false;
    loadCues(base, name).then((list) => isGone || setCues({ name, list }));
    return () => {
      isGone = true;
    };
  }, [base, name]);
  return cues !== undefined && cues.name === name ? cues.list : none;
}
