import { ArrowLeft, CircleAlert, Download, LoaderCircle, RotateCw, Scissors, Share2, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { codeOf } from '../../account/api.ts';
import type { Me } from '../../account/core/model.ts';
import { clockText } from '../../core/clock.ts';
import { timeFormat } from '../../core/time-formats.ts';
import type { LibraryApi, VersionedItem } from '../api.ts';
import { attachmentUrl } from '../core/attachment.ts';
import type { Item, ItemLink } from '../core/model.ts';
import type { OpenedLink } from '../core/opened.ts';
import { includes, ownerOf } from '../core/rights.ts';
import type { View } from '../core/view.ts';
import { bytesText } from '../core/words.ts';
import { ShareDialog } from '../sharing/share-dialog.tsx';
import { Chapters, useSpeakers } from './chapters.tsx';
import { Chat, useDanmaku } from './chat.tsx';
import { CoverCard } from './cover-card.tsx';
import { DetailsForm } from './details-form.tsx';
import { Loading, ownerText } from './list.tsx';
import { Player, usePlayLink } from './player.tsx';
import { TranscriptText } from './transcript.tsx';
import { TranscriptsCard } from './transcripts-card.tsx';
import { TrimCard, type TrimmedPlayer } from './trim-card.tsx';
import { Trouble } from './trouble.tsx';
import type { Trashed } from './undo-note.tsx';
import { seekTo } from './use-controls.ts';
import { useItem } from './use-items.ts';
import { usePosts } from './use-posts.ts';
import { useTracks, useTranscripts } from './use-transcripts.ts';
import { useWords, type Words } from './use-words.ts';

interface ItemPageProps {
  id: string;
  api: LibraryApi;
  me: Me;
  timeZone: string;
  /** List to which the page leads back. */
  view: View;
  onLeave(): void;
  onTrashed(trashed: Trashed): void;
}

export function ItemPage({ id, api, view, onLeave, ...rest }: ItemPageProps) {
  const { say } = useWords();
  const { value: found, problem, reload, set } = useItem(api, id);
  return (
    <div className="library-item grid one-column gap-4" data-testid="item">
      <a
        className="admin-back in-row gap-6px text-soft text-s"
        data-testid="back"
        href={location.pathname + location.search}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          onLeave();
        }}
      >
        <ArrowLeft size={16} aria-hidden="true" />
        {say(`view.${view}`)}
      </a>
      {problem === undefined ? null : (
        <Trouble
          title={say('itemFailed')}
          error={problem}
          text={codeOf(problem) === 'NOT_FOUND' ? say('itemGone') : undefined}
        >
          <button type="button" className="button small" onClick={() => void reload()}>
            <RotateCw size={16} aria-hidden="true" />
            {say('retry')}
          </button>
        </Trouble>
      )}
      {found === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : (
        <LoadedItem
          key={found.item.sha256} // another content, as after a trim, has another player
          {...rest}
          {...{ found, api, onLeave }}
          onFound={set}
          onReload={reload}
        />
      )}
    </div>
  );
}

interface FoundProps extends Omit<ItemPageProps, 'id' | 'view'> {
  found: VersionedItem;
  onFound(found: VersionedItem): void;
  onReload(): Promise<unknown>;
}

function LoadedItem({ found, api, me, timeZone, onLeave, onTrashed, onFound, onReload }: FoundProps) {
  const { say } = useWords();
  const { item } = found;
  const media = useRef<HTMLMediaElement>(null);
  const atMs = (): number => (media.current?.currentTime ?? 0) * 1000;
  const [nowMs, setNowMs] = useState(0);
  /** Changes after a reload, so that the form starts anew. */
  const [version, setVersion] = useState(0);
  const isOwn = includes(item.may, 'change');
  const [isTrimming, setTrimming] = useState(false);
  const isMedia = item.state === 'ready' && (item.kind === 'video' || item.kind === 'audio');
  const transcript = useCallback((language: string) => api.transcript(item.id, language), [api, item.id]);
  const transcripts = useTranscripts(isMedia ? item.transcripts : [], transcript);
  const tracks = useTracks(transcripts);
  const foundLink = usePlayLink(api, item, media);
  const { opened, posts } = useRecording(api, item, foundLink.link);
  const { danmaku, layer } = useDanmaku(posts, atMs);
  const speaker = useSpeakers(item.chapters, item.media?.durationMs ?? 0);
  const onSeek = (ms: number): void => seekTo(media.current, ms);
  const player: TrimmedPlayer = {
    atMs,
    playFrom: (ms) => {
      onSeek(ms);
      media.current?.play().catch((error: unknown) => console.info('the preview does not play:', error));
    },
    pause: () => media.current?.pause(),
  };
  const trim = isOwn && isMedia ? { isOpen: isTrimming, toggle: () => setTrimming(!isTrimming) } : undefined;
  const reload = async (): Promise<void> => {
    await onReload();
    setVersion((last) => last + 1);
  };
  return (
    <>
      <ItemHead {...{ item, api, timeZone, trim, onLeave, onTrashed }} onShared={onFound} />
      <div className="library-columns grid gap-5 items-start">
        <div className="grid one-column gap-4">
          {item.state === 'ready' ? (
            <Player
              {...{ item, api, media, tracks, layer, danmaku }}
              speaker={speaker.chosen}
              found={foundLink}
              onTime={setNowMs}
            />
          ) : (
            <NotReady item={item} />
          )}
          {trim === undefined ? null : (
            <TrimCard {...{ item, api, player, nowMs }} isOpen={isTrimming} onChanged={onReload} />
          )}
          {isMedia && item.chapters.length > 0 ? (
            <section className="library-card grid gap-2" aria-label={say('field.chapters')} data-testid="chapters">
              <h2>{say('field.chapters')}</h2>
              <Chapters chapters={item.chapters} {...{ speaker, nowMs, onSeek }} />
            </section>
          ) : null}
          {transcripts.length === 0 ? null : (
            <details className="library-card" data-testid="transcript">
              <summary>{say('transcriptText')}</summary>
              <TranscriptText {...{ transcripts, nowMs, onSeek }} />
            </details>
          )}
          {posts.length === 0 ? null : (
            <details className="library-card" data-testid="chat">
              <summary>{say('chat')}</summary>
              <Chat {...{ posts, nowMs, danmaku, onSeek }} />
            </details>
          )}
          <Facts {...{ item, me, timeZone, isOwn }} recording={opened?.recording ?? undefined} />
        </div>
        <div className="library-side grid one-column gap-4">
          {isOwn ? (
            <DetailsForm
              key={version}
              {...{ found, api }}
              atMs={isMedia ? atMs : undefined}
              onSaved={onFound}
              onReload={reload}
            />
          ) : null}
          {isOwn && item.state === 'ready' ? (
            <CoverCard
              {...{ item, api }}
              atMs={item.kind === 'video' ? atMs : undefined}
              onChanged={() => void onReload()}
            />
          ) : null}
          {isMedia && (isOwn || item.transcripts.length > 0) ? (
            <TranscriptsCard {...{ item, api }} mayChange={isOwn} onChanged={() => void onReload()} />
          ) : null}
        </div>
      </div>
    </>
  );
}

interface HeadProps extends Pick<ItemPageProps, 'api' | 'timeZone' | 'onLeave' | 'onTrashed'> {
  item: Item;
  /** Undefined: the item is not trimmed here. */
  trim: { readonly isOpen: boolean; toggle(): void } | undefined;
  onShared(found: VersionedItem): void;
}

function ItemHead({ item, api, timeZone, trim, onLeave, onTrashed, onShared }: HeadProps) {
  const { say } = useWords();
  const [isSharing, setSharing] = useState(false);
  const [failure, setFailure] = useState<{ title: 'linkFailed' | 'delete.failed'; problem: unknown }>();
  const isReady = item.state === 'ready';
  const trash = async (): Promise<void> => {
    setFailure(undefined);
    try {
      await api.trash(item.id);
      onTrashed({ title: item.title, restore: () => api.restore(item.id) });
      onLeave();
    } catch (problem) {
      setFailure({ title: 'delete.failed', problem });
    }
  };
  return (
    <>
      <div className="account-title in-row flex-wrap justify-between gap-3">
        <h1 className="library-title min-w-0 anywhere">{item.title}</h1>
        <div className="account-actions library-actions flex-wrap flex">
          {isReady && includes(item.may, 'download') ? (
            <DownloadButton
              {...{ item, api }}
              onProblem={(problem) => setFailure(problem === undefined ? undefined : { title: 'linkFailed', problem })}
            />
          ) : null}
          {isReady ? (
            <button type="button" className="button quiet" data-testid="link" onClick={() => setSharing(true)}>
              <Share2 size={18} aria-hidden="true" />
              {say('share')}
            </button>
          ) : null}
          {trim === undefined ? null : (
            <button
              type="button"
              className="button quiet"
              data-testid="trim-open"
              aria-expanded={trim.isOpen}
              onClick={trim.toggle}
            >
              <Scissors size={18} aria-hidden="true" />
              {say('trim')}
            </button>
          )}
          {includes(item.may, 'change') ? (
            <button type="button" className="button quiet" data-testid="delete" onClick={() => void trash()}>
              <Trash2 size={18} aria-hidden="true" />
              {say('delete')}
            </button>
          ) : null}
        </div>
      </div>
      {failure === undefined ? null : <Trouble title={say(failure.title)} error={failure.problem} />}
      {isSharing ? (
        <ShareDialog
          {...{ api, timeZone }}
          title={item.title}
          items={[item.id]}
          onChanged={onShared}
          onClose={() => setSharing(false)}
        />
      ) : null}
    </>
  );
}

const DOWNLOAD_EXPIRES_IN_S = 3600;

type DownloadProps = Pick<HeadProps, 'item' | 'api'> & { onProblem(problem: unknown): void };

function DownloadButton({ item, api, onProblem }: DownloadProps) {
  const { say } = useWords();
  const [isBusy, setBusy] = useState(false);
  const download = async (): Promise<void> => {
    onProblem(undefined);
    setBusy(true);
    try {
      const { url } = await api.link(item.id, { expiresInS: DOWNLOAD_EXPIRES_IN_S, may: 'download', use: 'own' });
      const link = document.createElement('a');
      Object.assign(link, { href: attachmentUrl(url), download: item.name }).click();
    } catch (error) {
      onProblem(error);
    }
    setBusy(false);
  };
  return (
    <button
      type="button"
      className="button primary"
      data-testid="download"
      disabled={isBusy}
      onClick={() => void download()}
    >
      {isBusy ? (
        <LoaderCircle size={18} className="spinner" aria-hidden="true" />
      ) : (
        <Download size={18} aria-hidden="true" />
      )}
      {say('download')}
    </button>
  );
}

function NotReady({ item: { state, failure } }: { item: Item }) {
  const { say, reasonOf } = useWords();
  if (state === 'refused')
    return (
      <div className="notice bad" data-testid="refused">
        <CircleAlert size={20} aria-hidden="true" />
        <strong>{say('refusedTitle')}</strong>
        <p>{reasonOf(failure?.code ?? 'REFUSED')}</p>
      </div>
    );
  return (
    <div className="library-stage empty" data-testid="stage">
      <LoaderCircle size={30} className="spinner accent" aria-hidden="true" />
      <p>{say(state === 'waiting' ? 'waitingText' : 'checkingText')}</p>
    </div>
  );
}

/** Opens the page's own link for what the item does not have: its recording, and the posts of it. */
function useRecording(api: LibraryApi, { recording }: Item, link: ItemLink | undefined) {
  const [opened, setOpened] = useState<OpenedLink>();
  const linkApi = useMemo(
    () => (recording === undefined || link === undefined ? undefined : api.linkApi(link)),
    [api, recording, link],
  );
  useEffect(() => {
    if (linkApi === undefined) return undefined;
    let isGone = false;
    linkApi.open().then(
      (found) => isGone || setOpened(found),
      (error: unknown) => console.info('the recording of the item is not shown:', error),
    );
    return () => {
      isGone = true;
    };
  }, [linkApi]);
  return { opened, posts: usePosts(linkApi, opened) };
}

type FactsProps = { item: Item; me: Me; timeZone: string; isOwn: boolean; recording: Recording | undefined };
type Recording = NonNullable<OpenedLink['recording']>;

function Facts({ item, isOwn, ...rest }: FactsProps) {
  const words = useWords();
  const { say } = words;
  return (
    <section className="library-facts" aria-label={say('details')}>
      {isOwn ? null : (
        <p className="library-description">{item.description === '' ? say('noDescription') : item.description}</p>
      )}
      <dl>
        {rowsOf(item, words, rest).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function rowsOf(
  item: Item,
  words: Words,
  { me, timeZone, recording }: Omit<FactsProps, 'item' | 'isOwn'>,
): readonly (readonly [string, string])[] {
  const { say, locale } = words;
  const { media, bytes } = item;
  const timeAt = timeFormat('dateTime', { locale, timeZone });
  const rows: readonly (readonly [string, string])[] = [
    [say('recorded'), recording === undefined ? '' : timeAt(Date.parse(recording.startedAt))],
    [say('people'), recording?.participants.map(({ name }) => name).join(', ') ?? ''],
    [say('length'), media === undefined || media.durationMs === 0 ? '' : clockText(media.durationMs)],
    [say('size'), bytes === undefined ? '' : bytesText(bytes, locale)],
    [say('format'), formatOf(item)],
    [say('file'), item.name],
    [say('tags'), item.tags.join(', ')],
    [say('owner'), ownerText(ownerOf(item.owner, me), words)],
    [say('added'), timeAt(Date.parse(item.createdAt))],
  ];
  return rows.filter(([, value]) => value !== '');
}

/** Returns `1280 × 720, h264, aac`, or the MIME type of other files. */
function formatOf({ media, type = '' }: Item): string {
  if (media === undefined) return type;
  const size = media.width > 0 ? `${media.width} × ${media.height}` : '';
  const known = [size, media.videoCodec, media.audioCodec].filter((one) => one !== '');
  return known.length === 0 ? type : known.join(', ');
}
