import type { FinishedChapter, FinishedFile, RecordedPost } from '@meridian/protocol';
import { Captions, Download, FileText, FileVideo, Image, MonitorUp, Music } from 'lucide-react';
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { clockText } from '../../core/clock.ts';
import { fileUrl, type RecordingAddress } from '../core/address.ts';
import { bytesText, chapterAt, peopleOf } from '../core/timeline.ts';
import type { PlayerModel, RecordingPlayer } from '../player.ts';
import { useWords } from '../text.ts';

type Tab = 'chapters' | 'chat' | 'files';
const tabs: readonly Tab[] = ['chapters', 'chat', 'files'];

export interface SideProps {
  readonly player: RecordingPlayer;
  readonly model: PlayerModel;
  readonly posts: readonly RecordedPost[];
  readonly address: RecordingAddress;
}

export function Side({ player, model, posts, address }: SideProps) {
  const { say } = useWords();
  const id = useId();
  const [tab, setTab] = useState<Tab>(player.recording.chapters.length === 0 && posts.length > 0 ? 'chat' : 'chapters');
  const bodies: Readonly<Record<Tab, () => ReactNode>> = {
    chapters: () => <Chapters player={player} model={model} />,
    chat: () => <Chat player={player} model={model} posts={posts} />,
    files: () => <Files files={player.recording.files} address={address} />,
  };
  return (
    <aside className="recording-side relative flex overflow-hidden bordered rounded-m bg-surface">
      <div className="recording-tabs flex flex-none gap-4px" role="tablist">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`${id}-${one}`}
            aria-selected={one === tab}
            aria-controls={`${id}-body`}
            onClick={() => setTab(one)}
          >
            {say(one)}
          </button>
        ))}
      </div>
      <div className="recording-side-body" role="tabpanel" id={`${id}-body`} aria-labelledby={`${id}-${tab}`}>
        {bodies[tab]()}
      </div>
    </aside>
  );
}

function Chapters({ player, model }: { player: RecordingPlayer; model: PlayerModel }) {
  const { say } = useWords();
  const { chapters, participants } = player.recording;
  const [identity, setIdentity] = useState('');
  const current = chapters[chapterAt(chapters, model.ms)];
  if (chapters.length === 0)
    return <p className="recording-empty text-faint text-s text-center">{say('noChapters')}</p>;
  const names = new Map(participants.map((one) => [one.identity, one.name]));
  const people = peopleOf(chapters);
  const shown = identity === '' ? chapters : chapters.filter((chapter) => chapter.identity === identity);
  return (
    <>
      {people.length < 2 ? null : (
        <label className="recording-filter">
          <span className="visually-hidden">{say('filter')}</span>
          <select className="select" value={identity} onChange={({ target }) => setIdentity(target.value)}>
            <option value="">{say('allSpeakers')}</option>
            {people.map((one) => (
              <option key={one} value={one}>
                {names.get(one) ?? one}
              </option>
            ))}
          </select>
        </label>
      )}
      <ol className="recording-list">
        {shown.map((chapter) => (
          <Chapter
            key={`${chapter.ms} ${chapter.kind} ${chapter.identity}`}
            chapter={chapter}
            name={names.get(chapter.identity) ?? chapter.identity}
            isCurrent={chapter === current}
            onSeek={player.seek}
          />
        ))}
      </ol>
    </>
  );
}

interface ChapterProps {
  readonly chapter: FinishedChapter;
  readonly name: string;
  readonly isCurrent: boolean;
  onSeek(ms: number): void;
}

function Chapter({ chapter, name, isCurrent, onSeek }: ChapterProps) {
  const { say } = useWords();
  const row = useRef<HTMLLIElement>(null);
  useFollowed(row, isCurrent);
  const isScreen = chapter.kind === 'screen';
  const title = isScreen ? say('share', { name }) : chapter.title || name;
  return (
    <li ref={row}>
      <button
        type="button"
        className="recording-chapter in-row gap-3 w-full border-0 rounded-s bg-none text-plain"
        aria-current={isCurrent ? 'true' : undefined}
        onClick={() => onSeek(chapter.ms)}
      >
        <span
          className="recording-face grid place-center flex-none text-soft text-s"
          data-kind={chapter.kind}
          aria-hidden="true"
        >
          {isScreen ? <MonitorUp size={16} /> : ([...name][0] ?? '').toUpperCase()}
        </span>
        <span className="recording-words grid flex-1 min-w-0">
          <span className="ellipsis">{title}</span>
          <small>{clockText(chapter.durationMs)}</small>
        </span>
        <time>{clockText(chapter.ms)}</time>
      </button>
    </li>
  );
}

/** Scrolls the list to the row without scrolling the page. */
function useFollowed(row: { readonly current: HTMLElement | null }, isCurrent: boolean): void {
  useEffect(() => {
    const element = row.current;
    const list = element?.closest<HTMLElement>('.recording-side-body');
    if (!isCurrent || element === null || list === null || list === undefined || list.matches(':hover')) return;
    const top = element.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + element.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = top - list.clientHeight / 3;
  }, [row, isCurrent]);
}

/** Maximum number of rows; older ones appear when their time is played. */
const ROWS_MAX = 300;

function Chat({
  player,
  model,
  posts,
}: {
  player: RecordingPlayer;
  model: PlayerModel;
  posts: readonly RecordedPost[];
}) {
  const { say } = useWords();
  const numbered = useMemo(() => posts.map((post, number) => ({ post, number })), [posts]);
  if (posts.length === 0) return <p className="recording-empty text-faint text-s text-center">{say('noChat')}</p>;
  const next = posts.findIndex(({ ms }) => ms > model.ms);
  const until = next === -1 ? posts.length : next;
  const from = Math.max(0, Math.min(until - ROWS_MAX / 2, posts.length - ROWS_MAX));
  return (
    <ol className="recording-list chat">
      {numbered.slice(from, from + ROWS_MAX).map(({ post, number }) => (
        <Post
          key={number}
          post={post}
          isLater={number >= until}
          isCurrent={number === until - 1}
          onSeek={player.seek}
        />
      ))}
    </ol>
  );
}

const labelled = ['gift', 'announcement', 'question'] as const;

interface PostProps {
  readonly post: RecordedPost;
  readonly isLater: boolean;
  readonly isCurrent: boolean;
  onSeek(ms: number): void;
}

function Post({ post, isLater, isCurrent, onSeek }: PostProps) {
  const { say } = useWords();
  const row = useRef<HTMLLIElement>(null);
  useFollowed(row, isCurrent);
  const label = labelled.find((kind) => kind === post.kind);
  return (
    <li ref={row}>
      <button
        type="button"
        className={`recording-post in-row gap-3 w-full border-0 rounded-s bg-none text-plain ${isLater ? 'later' : ''}`}
        onClick={() => onSeek(post.ms)}
      >
        <span className="recording-post-head flex items-baseline gap-6px text-xs text-soft">
          <b className="ellipsis">{post.name}</b>
          {label === undefined ? null : <em>{say(label)}</em>}
          <time>{clockText(post.ms)}</time>
        </span>
        <span className="recording-post-text anywhere">{post.text}</span>
      </button>
    </li>
  );
}

function Files({ files, address }: { files: readonly FinishedFile[]; address: RecordingAddress }) {
  const { say, locale } = useWords();
  if (!address.mayDownload) return <p className="recording-empty text-faint text-s text-center">{say('noFiles')}</p>;
  // HLS segments and sheets of preview pictures are useful only to players.
  const downloads = files.filter(
    ({ type, name }) => !/segment|mpegurl|^image\//.test(type) && !/\.(m4s|ts)$/.test(name),
  );
  return (
    <ul className="recording-list">
      {downloads.map(({ name, bytes, type }) => (
        <li key={name}>
          <a
            className="recording-file in-row gap-3 w-full border-0 rounded-s bg-none text-plain"
            href={fileUrl(address.base, name, true)}
            download
            aria-label={say('download', { name })}
          >
            <FileIcon type={type} />
            <span className="recording-words grid flex-1 min-w-0">
              <span className="ellipsis">{name}</span>
              <small>{bytesText(bytes, locale)}</small>
            </span>
            <Download size={18} aria-hidden="true" />
          </a>
        </li>
      ))}
    </ul>
  );
}

function FileIcon({ type }: { type: string }) {
  const [kind] = type.split('/');
  const Icon =
    kind === 'video'
      ? FileVideo
      : kind === 'audio'
        ? Music
        : kind === 'image'
          ? Image
          : /vtt/.test(type)
            ? Captions
            : FileText;
  return <Icon size={20} aria-hidden="true" />;
}
