import { useCallback, useEffect, useState } from 'react';
import { LINK_TO_PLAY, type LibraryApi } from '../api.ts';
import type { Item, ItemLink, Renditions } from '../core/model.ts';
import { renditionProgressOf } from '../core/qualities.ts';
import type { MediaPlayerProps } from './media-player.tsx';
import { Stage } from './stage.tsx';
import { Trouble } from './trouble.tsx';
import { useRenditions } from './use-items.ts';
import { useWords } from './use-words.ts';

interface PlayerProps extends Pick<MediaPlayerProps, 'media' | 'tracks' | 'layer' | 'danmaku' | 'speaker' | 'onTime'> {
  item: Item;
  api: LibraryApi;
  found: FoundLink;
}

export function Player({ item, api, found, ...rest }: PlayerProps) {
  const { say } = useWords();
  const { link, problem, renditions } = found;
  const newLink = useCallback(() => api.link(item.id, LINK_TO_PLAY), [api, item.id]);
  if (problem !== undefined) return <Trouble title={say('linkFailed')} error={problem} />;
  return <Stage {...rest} {...{ item, link, newLink }} note={<MakingNote renditions={renditions} />} />;
}

/** Shows that renditions are being made, in a small note, since the file plays meanwhile. */
function MakingNote({ renditions }: { renditions: Renditions | undefined }) {
  const { say, locale } = useWords();
  const making = renditionProgressOf(renditions);
  if (making === undefined) return null;
  if (making.say !== 'making.working') return say(making.say);
  return say(making.say, { share: new Intl.NumberFormat(locale, { style: 'percent' }).format(making.share) });
}

interface FoundLink {
  readonly renditions: Renditions | undefined;
  readonly link?: ItemLink;
  readonly problem?: unknown;
}

/** Returns a link for playing; a new one when renditions become ready, unless the file is already playing. */
export function usePlayLink(api: LibraryApi, item: Item, media: PlayerProps['media']): FoundLink {
  const { id, state } = item;
  const renditions = useRenditions(api, item);
  const hasQualities = renditions?.state === 'ready';
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
  return Object.assign({ renditions }, found);
}
