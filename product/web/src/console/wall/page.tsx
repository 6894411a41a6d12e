// The monitoring wall: kept rooms first, then other live rooms. It loads no pictures before a click on "Look", and none
// while the page is hidden.
import { Eye, EyeOff, RotateCw } from 'lucide-react';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useTexts } from '../../admin/text.ts';
import { Stale } from '../../admin/traffic/parts.tsx';
import { type PageOf, useList } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { sharedTexts } from '../../admin/ui/texts.ts';
import { AdminTrouble } from '../../admin/ui/trouble.tsx';
import '../../styles/console-pages.css';
import '../../styles/console-wall.css';
import { ConsoleApi } from '../api.ts';
import { WALL_SCOPE } from '../core/route.ts';
import type { ConsolePorts, PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import type { ConsoleRoom } from '../types.ts';
import { useRoomTitles } from '../ui/room-title.tsx';
import { inOrder, keyOf, type RoomName, streamPath, TILES_PER_PAGE, worstFirst } from './core/tiles.ts';
import { wallTexts } from './text.ts';
import { Tile } from './tile.tsx';
import { type KeptRooms, useKeptRooms } from './use-kept-rooms.ts';
import { type LiveWall, WallFeed } from './wall-feed.ts';

export function WallPage({ ports }: PageProps<'wall'>) {
  const { say } = useTexts(wallTexts);
  const frame = useTexts(frameTexts);
  if (ports.me.scopes.includes(WALL_SCOPE)) return <Wall ports={ports} />;
  return (
    <div className="admin-empty" data-testid="no-role">
      <h1>{say('noRole')}</h1>
      <p className="wall-lead m-0">{say('noRoleLead', { email: ports.me.email })}</p>
      <a className="button primary" href="/admin/users">
        {say('toUsers')}
      </a>
      <a className="button" href="/console">
        {frame.say('toMap')}
      </a>
    </div>
  );
}

const sizes = ['S', 'M', 'L'] as const;
type Size = (typeof sizes)[number];

function Wall({ ports }: { ports: ConsolePorts }) {
  const { say } = useTexts(wallTexts);
  const frame = useTexts(frameTexts);
  const shared = useTexts(sharedTexts);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const kept = useKeptRooms(ports);
  const live = useList(['rooms'], (cursor) => api.get<PageOf<ConsoleRoom>>('/console/rooms', { cursor }));
  const [page, setPage] = useState(0);
  const [size, setSize] = useState<Size>('M');
  const [wantsLook, setWantsLook] = useState(false);
  const isVisible = useVisible();
  const all = useMemo(() => inOrder(kept.rooms ?? [], live.rows ?? []), [kept.rooms, live.rows]);
  const shown = all.slice(page * TILES_PER_PAGE, (page + 1) * TILES_PER_PAGE);
  const titleOf = useRoomTitles(api, shown);
  const liveWall = useWall(ports, wantsLook && isVisible ? shown : []);
  const isLoading = live.rows === undefined && live.problem === undefined;
  const hasNext = all.length > (page + 1) * TILES_PER_PAGE || live.hasMore;
  const goTo = (next: number): void => {
    if (live.hasMore && all.length < (next + 1) * TILES_PER_PAGE) live.loadMore();
    setPage(next);
  };
  const refresh = (): void => {
    kept.reload();
    live.reload();
    setPage(0);
  };
  return (
    <>
      <PageTitle title={frame.say('wall')} lead={say('lead')} />
      <div className="in-row flex-wrap gap-3">
        <LookButton isLooking={wantsLook} onLook={setWantsLook} />
        <SizeChoice size={size} onSize={setSize} />
        <button type="button" className="button quiet" onClick={refresh}>
          <RotateCw size={18} aria-hidden="true" />
          {say('refresh')}
        </button>
      </div>
      {wantsLook ? null : <p className="faint wall-lead m-0">{`${say('lookLead')} ${say('keepHint')}`}</p>}
      {wantsLook && isVisible && !liveWall.isOpen ? <Stale /> : null}
      {live.problem === undefined ? null : <AdminTrouble title={shared.say('failed')} error={live.problem} />}
      <KeepTrouble kept={kept} />
      {isLoading ? <Loading /> : null}
      {!isLoading && live.problem === undefined && all.length === 0 ? (
        <p className="list-note">{say('empty')}</p>
      ) : null}
      <ul className="wall" data-size={size}>
        {worstFirst(shown, liveWall.rooms).map((name) => (
          <Tile
            key={keyOf(name)}
            name={name}
            title={titleOf(name)}
            roomState={liveWall.rooms.get(keyOf(name))}
            picture={liveWall.pictures.get(keyOf(name))}
            isLooking={wantsLook && isVisible}
            isKept={kept.has(name)}
            onKeep={kept.keep}
          />
        ))}
      </ul>
      <Pager page={page} hasNext={hasNext} onPage={goTo} />
    </>
  );
}

function LookButton({ isLooking, onLook }: { isLooking: boolean; onLook(isLooking: boolean): void }) {
  const { say } = useTexts(wallTexts);
  const Icon = isLooking ? EyeOff : Eye;
  return (
    <button
      type="button"
      className={isLooking ? 'button' : 'button primary'}
      data-testid="look"
      onClick={() => onLook(!isLooking)}
    >
      <Icon size={18} aria-hidden="true" />
      {say(isLooking ? 'stop' : 'look')}
    </button>
  );
}

function SizeChoice({ size, onSize }: { size: Size; onSize(size: Size): void }) {
  const { say } = useTexts(wallTexts);
  const names = { S: 'sizeS', M: 'sizeM', L: 'sizeL' } as const;
  return (
    <fieldset className="wall-sizes flex m-0 p-0 overflow-hidden rounded-s">
      <legend className="visually-hidden">{say('size')}</legend>
      {sizes.map((one) => (
        <label key={one}>
          <input type="radio" name="wall-size" checked={one === size} onChange={() => onSize(one)} />
          <span title={say(names[one])}>
            <span aria-hidden="true">{one}</span>
            <span className="visually-hidden">{say(names[one])}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function KeepTrouble({ kept }: { kept: KeptRooms }) {
  const { say } = useTexts(wallTexts);
  if (kept.problem === undefined) return null;
  const reasons = { QUOTA_EXCEEDED: say('keepMany'), WALL_REFUSED: say('WALL_REFUSED') };
  return <AdminTrouble title={say('keepFailed')} error={kept.problem} reasons={reasons} />;
}

function Pager({ page, hasNext, onPage }: { page: number; hasNext: boolean; onPage(page: number): void }) {
  const { say } = useTexts(wallTexts);
  if (page === 0 && !hasNext) return null;
  return (
    <div className="in-row gap-3 justify-center">
      <button type="button" className="button quiet" disabled={page === 0} onClick={() => onPage(page - 1)}>
        {say('previous')}
      </button>
      <span role="status">{say('page', { page: page + 1 })}</span>
      <button type="button" className="button quiet" disabled={!hasNext} onClick={() => onPage(page + 1)}>
        {say('next')}
      </button>
    </div>
  );
}

const emptyWall: LiveWall = { rooms: new Map(), pictures: new Map(), isOpen: true };
const noListener = (): (() => void) => () => undefined;
const getEmptyWall = (): LiveWall => emptyWall;
/** Interval of a tile's pictures if the operator's system asks for reduced motion. */
const CALM_PICTURE_MS = 5000;

/** Returns the live state of these rooms; for an empty list it opens no stream. */
function useWall(ports: ConsolePorts, rooms: readonly RoomName[]): LiveWall {
  const [feed, setFeed] = useState<WallFeed>();
  const path = rooms.length === 0 ? '' : streamPath(rooms);
  useEffect(() => {
    if (path === '') return undefined;
    const own = new WallFeed({
      open: () => ports.openStream(path),
      nowMs: () => performance.now(),
      every: (ms, then) => {
        const timer = setInterval(then, ms);
        return () => clearInterval(timer);
      },
      pictureEveryMs: matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM_PICTURE_MS : 0,
      // If the session has ended, any call makes the page ask the user to sign in again.
      onRefused: () =>
        void ports
          .run(() => ports.client.get('/me'))
          .catch((error: unknown) => console.info('The stream was refused:', error)),
    });
    setFeed(own);
    return () => {
      own.close();
      setFeed(undefined);
    };
  }, [ports, path]);
  return useSyncExternalStore(feed?.state.subscribe ?? noListener, feed?.state.get ?? getEmptyWall);
}

const onVisibility = (listener: () => void): (() => void) => {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
};
const useVisible = (): boolean => useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible');
