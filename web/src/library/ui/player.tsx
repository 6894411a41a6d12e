// The file itself: played, shown, or to be downloaded.
import { LoaderCircle } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import type { LibraryApi } from '../api.ts';
import type { Item, ItemLink } from '../core/model.ts';
import { KindIcon } from './kind-icon.tsx';
import { Trouble } from './trouble.tsx';
import { useWords } from './use-words.ts';

/** Longer than a person watches; what is paused for longer is opened again. */
const EXPIRES_IN_S = 86_400;

interface PlayerProps {
  item: Item;
  api: LibraryApi;
  /** Of the video or sound. */
  media: RefObject<HTMLMediaElement | null>;
  onTime(ms: number): void;
}

export function Player({ item, api, media, onTime }: PlayerProps) {
  const { say } = useWords();
  const { link, problem } = useLink(api, item);
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
  if (link === undefined)
    return (
      <div className="library-stage empty" data-testid="stage" data-kind={item.kind}>
        <LoaderCircle size={30} className="spinner accent" aria-hidden="true" />
      </div>
    );
  const onError = (): void => setFailed(true);
  if (item.kind === 'image')
    return (
      <div className="library-stage" data-testid="stage">
        <img src={link.url} alt={item.title} onError={onError} />
      </div>
    );
  const props = {
    src: link.url,
    controls: true,
    preload: 'metadata',
    'aria-label': item.title,
    onError,
    onTimeUpdate: () => onTime((media.current?.currentTime ?? 0) * 1000),
    children: tracks,
  } as const;
  return (
    <div className={`library-stage ${item.kind === 'audio' ? 'audio' : ''}`} data-testid="stage">
      {item.kind === 'audio' ? (
        <>
          <AudioCover link={link} />
          <audio {...props} ref={media as RefObject<HTMLAudioElement | null>} />
        </>
      ) : (
        <video
          {...props}
          ref={media as RefObject<HTMLVideoElement | null>}
          poster={item.cover === 'none' ? undefined : link.coverUrl}
          playsInline
        />
      )}
    </div>
  );
}

const AudioCover = ({ link: { coverUrl } }: { link: ItemLink }) =>
  coverUrl === undefined ? <KindIcon kind="audio" size={44} /> : <img src={coverUrl} alt="" />;

/** A link that plays; a new one for another version of the cover. */
function useLink(api: LibraryApi, { id, state }: Item): { link?: ItemLink; problem?: unknown } {
  const [found, setFound] = useState<{ link?: ItemLink; problem?: unknown }>({});
  useEffect(() => {
    if (state !== 'ready') return undefined;
    let isGone = false;
    api.link(id, { expiresInS: EXPIRES_IN_S, may: 'play' }).then(
      (link) => isGone || setFound({ link }),
      (problem: unknown) => isGone || setFound({ problem }),
    );
    return () => {
      isGone = true;
    };
  }, [api, id, state]);
  return found;
}

/** Transcripts as subtitles that the player offers. */
function useTracks(api: LibraryApi, { id, kind, transcripts }: Item) {
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
  const names = new Intl.DisplayNames(locale, { type: 'language' });
  return urls.map(([language, url]) => (
    <track key={url} kind="subtitles" src={url} srcLang={language} label={names.of(language)} />
  ));
}
