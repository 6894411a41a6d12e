import { type RefObject, useCallback, useEffect, useState } from 'react';
import { LINK_TO_PLAY, type LibraryApi } from '../api.ts';
import type { Item, ItemLink, Renditions } from '../core/model.ts';
import { renditionProgressOf } from '../core/qualities.ts';
import { Stage } from './stage.tsx';
import { Trouble } from './trouble.tsx';
import type { CaptionTrack } from './use-captions.ts';
import { useRenditions } from './use-items.ts';
import { useWords } from './use-words.ts';

interface PlayerProps {
  item: Item;
  api: LibraryApi;
  media: RefObject<HTMLMediaElement | null>;
  tracks: readonly CaptionTrack[];
  onTime(ms: number): void;
}

export function Player({ item, api, media, tracks, onTime }: PlayerProps) {
  const { say } = useWords();
  const renditions = useRenditions(api, item);
  const { link, problem } = useLink(api, { item, hasQualities: renditions?.state === 'ready', media });
  const newLink = useCallback(() => api.link(item.id, LINK_TO_PLAY), [api, item.id]);
  if (problem !== undefined) return <Trouble title={say('linkFailed')} error={problem} />;
  return <Stage {...{ item, link, media, tracks, newLink, onTime }} note={<MakingNote renditions={renditions} />} />;
}

/** Shows that renditions are being made, in a small note, since the file plays meanwhile. */
function MakingNote({ renditions }: { renditions: Renditions | undefined }) {
  const { say, locale } = useWords();
  const making = renditionProgressOf(renditions);
  if (making === undefined) return null;
  if (making.say !== 'making.working') return say(making.say);
  return say(making.say, { share: new Intl.NumberFormat(locale, { style: 'percent' }).format(making.share) });
}

/** Returns a link for playing; a new one when renditions become ready, unless the file is already playing. */
function useLink(
  api: LibraryApi,
  o: { readonly item: Item; readonly hasQualities: boolean; readonly media: PlayerProps['media'] },
): { link?: ItemLink; problem?: unknown } {
  const { hasQualities, media } = o;
  const { id, state } = o.item;
  const [found, setFound] = useState<{ link?: ItemLink; problem?: unknown }>({});
  useEffect(() => {
    const isPlaying = hasQualities && (media.current?.currentTime ?? 0) > 0;
    if (state !== 'ready' || isPlaying) return undefined;
    let isGone = false;
    api.link(id, LINK_TO_PLAY).then(
      (link) => isGone || setFound({ link }),
      (problem: unknown) => isGone || setFound({ problem }),
    );
    return () => {
      isGone = true;
    };
  }, [api, id, state, hasQualities, media]);
  return found;
}
