import { LoaderCircle } from 'lucide-react';
import { lazy, type RefObject, Suspense, useEffect, useMemo, useState } from 'react';
import { LINK_TO_PLAY, type LibraryApi } from '../api.ts';
import type { Item, ItemLink, Renditions } from '../core/model.ts';
import { renditionProgressOf } from '../core/qualities.ts';
import { KindIcon } from './kind-icon.tsx';
import { Trouble } from './trouble.tsx';
import type { CaptionTrack } from './use-captions.ts';
import { useRenditions } from './use-items.ts';
import { useWords } from './use-words.ts';

/** Loaded on first playback. */
const MediaPlayer = lazy(async () => ({ default: (await import('./media-player.tsx')).MediaPlayer }));

interface PlayerProps {
  item: Item;
  api: LibraryApi;
  media: RefObject<HTMLMediaElement | null>;
  onTime(ms: number): void;
}

export function Player({ item, api, media, onTime }: PlayerProps) {
  const { say } = useWords();
  const renditions = useRenditions(api, item);
  const { link, problem } = useLink(api, { item, hasQualities: renditions?.state === 'ready', media });
  const [hasFailed, setFailed] = useState(false);
  const tracks = useTracks(api, item);
  if (problem !== undefined) return <Trouble title={say('linkFailed')} error={problem} />;
  if (item.kind === 'document' || hasFailed)
    return (
      <div className="library-stage empty" data-testid="stage">
        <KindIcon kind={item.kind} size={44} />
        <p>{say(hasFailed ? 'playFailed' : 'noPreview')}</p>
      </div>
    );
  const opening = (
    <div className="library-stage empty" data-testid="stage" data-kind={item.kind}>
      <LoaderCircle size={30} className="spinner accent" aria-hidden="true" />
    </div>
  );
  if (link === undefined) return opening;
  const onError = (): void => setFailed(true);
  if (item.kind === 'image')
    return (
      <div className="library-stage" data-testid="stage">
        <img src={link.url} alt={item.title} onError={onError} />
      </div>
    );
  return (
    <Suspense fallback={opening}>
      <MediaPlayer
        {...{ item, api, link, media, tracks, onTime }}
        note={<MakingNote renditions={renditions} />}
        onFailed={onError}
      />
    </Suspense>
  );
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

function useTracks(api: LibraryApi, { id, kind, transcripts }: Item): readonly CaptionTrack[] {
  const { locale } = useWords();
  const [urls, setUrls] = useState<readonly (readonly [language: string, url: string])[]>([]);
  const languages = transcripts.join(' ');
  useEffect(() => {
    if (kind !== 'video' || languages === '') {
      setUrls([]);
      return undefined;
    }
    let isGone = false;
    const made: string[] = [];
    const load = async (language: string): Promise<readonly [string, string]> => {
      const url = URL.createObjectURL(new Blob([await api.transcript(id, language)], { type: 'text/vtt' }));
      made.push(url);
      return [language, url];
    };
    Promise.all(languages.split(' ').map(load)).then(
      (found) => isGone || setUrls(found),
      (error: unknown) => console.info('transcripts are not shown:', error),
    );
    return () => {
      isGone = true;
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [api, id, kind, languages]);
  return useMemo(() => {
    const names = new Intl.DisplayNames(locale, { type: 'language' });
    return urls.map(([language, url]) => ({ language, url, name: names.of(language) ?? language }));
  }, [urls, locale]);
}
