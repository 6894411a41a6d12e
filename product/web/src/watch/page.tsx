import { MeridianApiError } from '@meridian/api-client';
import { Download, LoaderCircle, Users } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTexts } from '../admin/text.ts';
import { clockText } from '../core/clock.ts';
import { type Failure, failureAt } from '../core/failure.ts';
import { browserTimeZone, timeFormat } from '../core/time-formats.ts';
import { attachmentUrl } from '../library/core/attachment.ts';
import type { PlayLink } from '../library/core/model.ts';
import type { OpenedLink } from '../library/core/opened.ts';
import type { LinkApi } from '../library/link-api.ts';
import { rememberedMs, rememberMs } from '../library/play/remembered.ts';
import { useSpeakers } from '../library/ui/chapters.tsx';
import { useDanmaku } from '../library/ui/chat.tsx';
import { Stage } from '../library/ui/stage.tsx';
import { seekTo } from '../library/ui/use-controls.ts';
import { usePosts } from '../library/ui/use-posts.ts';
import { useTracks, useTranscripts } from '../library/ui/use-transcripts.ts';
import { apiCode } from '../room/api.ts';
import { FailureNotice } from '../ui/failure.tsx';
import { Brand, LanguageSwitch } from '../ui/parts.tsx';
import { Side } from './side.tsx';
import { watchTexts } from './text.ts';
import './watch.css';

type Loaded =
  | { readonly at: 'loading' }
  | { readonly at: 'failed'; readonly failure: Failure }
  | { readonly at: 'ready'; readonly opened: OpenedLink };

/** The page that plays an item. `api`: undefined when the address has no token. */
export function WatchPage({ api }: { api: LinkApi | undefined }) {
  const { say } = useTexts(watchTexts);
  const [loaded, setLoaded] = useState<Loaded>({ at: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const onFailed = useCallback((error: unknown) => setLoaded({ at: 'failed', failure: failureOf(error) }), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens again
  useEffect(() => {
    if (api === undefined) return setLoaded({ at: 'failed', failure: failureAt('ADDRESS_INCOMPLETE', Date.now()) });
    let isGone = false;
    setLoaded({ at: 'loading' });
    api.open().then(
      (opened) => isGone || setLoaded({ at: 'ready', opened }),
      (error: unknown) => isGone || onFailed(error),
    );
    return () => {
      isGone = true;
    };
  }, [api, attempt, onFailed]);
  const title = loaded.at === 'ready' ? loaded.opened.item.title : say('title');
  useEffect(() => {
    document.title = `${title} · Meridian`;
  }, [title]);
  return (
    <div className="watch" data-testid="watch" data-at={loaded.at}>
      <header className="page-head">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="watch-main mx-auto">
        {loaded.at === 'ready' && api !== undefined ? (
          <Opened opened={loaded.opened} api={api} onRefused={onFailed} />
        ) : null}
        {loaded.at === 'loading' ? (
          <div className="watch-notice grid justify-items-center gap-2 text-center" role="status">
            <LoaderCircle size={34} className="spinner" aria-hidden="true" />
            <strong>{say('loading')}</strong>
          </div>
        ) : null}
        {loaded.at === 'failed' ? (
          <div className="watch-notice grid justify-items-center gap-2 text-center" data-code={loaded.failure.code}>
            <FailureNotice failure={loaded.failure} thing="link" form="cover" onAgain={() => setAttempt(attempt + 1)} />
          </div>
        ) : null}
      </main>
    </div>
  );
}

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof MeridianApiError)) console.error('the link did not open:', error);
  return failureAt(error instanceof MeridianApiError ? apiCode(error) : 'INTERNAL', Date.now());
};

interface OpenedProps {
  opened: OpenedLink;
  api: LinkApi;
  /** Called when the link ends while it plays. */
  onRefused(error: unknown): void;
}

function Opened({ opened, api, onRefused }: OpenedProps) {
  const { item, link } = opened;
  const media = useRef<HTMLMediaElement>(null);
  const [nowMs, setNowMs] = useState(0);
  const transcripts = useTranscripts(item.languages, api.transcript);
  const tracks = useTracks(transcripts);
  const posts = usePosts(api, opened);
  const { danmaku, layer } = useDanmaku(posts, () => (media.current?.currentTime ?? 0) * 1000);
  const newLink = useCallback(async (): Promise<PlayLink> => {
    try {
      return (await api.open()).link;
    } catch (error) {
      if (error instanceof MeridianApiError && error.status >= 400 && error.status < 500 && error.status !== 429)
        onRefused(error);
      throw error;
    }
  }, [api, onRefused]);
  const speaker = useSpeakers(item.chapters, item.media?.durationMs ?? 0);
  const [played] = useState(() => withRemembered(link));
  const onTime = (ms: number): void => {
    setNowMs(ms);
    rememberMs(link.id, ms);
  };
  const hasSide = item.chapters.length > 0 || transcripts.length > 0 || posts.length > 0;
  return (
    <>
      <Head opened={opened} />
      <div className={`watch-columns grid gap-4 ${hasSide ? 'with-side' : ''}`}>
        <div className="grid one-column gap-4 content-start">
          <Stage
            {...{ item, media, tracks, layer, danmaku, newLink, onTime }}
            link={played}
            speaker={speaker.chosen}
            note={null}
          />
          {item.description === '' ? null : <p className="watch-description anywhere">{item.description}</p>}
        </div>
        {hasSide ? (
          <Side
            {...{ speaker, transcripts, posts, nowMs, danmaku }}
            chapters={item.chapters}
            onSeek={(ms) => seekTo(media.current, ms)}
          />
        ) : null}
      </div>
    </>
  );
}

const withRemembered = (link: OpenedLink['link']): OpenedLink['link'] => {
  const positionMs = link.positionMs ?? rememberedMs(link.id);
  return positionMs === undefined ? link : { ...link, positionMs };
};

function Head({ opened }: { opened: OpenedLink }) {
  const { say, locale } = useTexts(watchTexts);
  const { item, recording, may, link, expiresAt } = opened;
  const timeZone = browserTimeZone();
  const at = recording?.startedAt ?? item.createdAt;
  const began = timeFormat(recording === null ? 'longDate' : 'longDateTime', { locale, timeZone })(Date.parse(at));
  const durationMs = item.media?.durationMs ?? 0;
  const names = (recording?.participants ?? []).map(({ name }) => name);
  return (
    <div className="watch-head flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0">
        <h1 className="anywhere">{item.title}</h1>
        <p className="flex flex-wrap text-soft text-s">
          <time dateTime={at}>{began}</time>
          {durationMs === 0 ? null : <span className="tabular">{clockText(durationMs)}</span>}
          {names.length === 0 ? null : (
            <span className="inline-flex items-center gap-6px" title={names.join(', ')}>
              <Users size={15} aria-hidden="true" />
              {names.length === 1 ? say('onePerson') : say('people', { count: names.length })}
            </span>
          )}
          <span className="text-faint">
            {say('until', { time: timeFormat('dateTime', { locale, timeZone })(Date.parse(expiresAt)) })}
          </span>
        </p>
      </div>
      {may === 'download' ? (
        <a className="button primary" data-testid="download" href={attachmentUrl(link.url)} download={item.name}>
          <Download size={18} aria-hidden="true" />
          {say('download')}
        </a>
      ) : null}
    </div>
  );
}
