import { Check, ChevronLeft, ChevronRight, Copy } from 'lucide-react';
import { type CSSProperties, type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { Box } from '../core/grid.ts';
import { mayRenameItself, rankOf } from '../core/hosting.ts';
import type { MeetingState } from '../core/meeting.ts';
import { languageNames } from '../core/messages/translate.ts';
import { aloneAs } from '../core/presentation.ts';
import { isLoopbackHost } from '../core/query.ts';
import { arrangeStage } from '../core/stage.ts';
import { type PlacedTile, planStage, type StagePlan } from '../core/stage-plan.ts';
import type { ViewerCounts } from '../core/viewers.ts';
import { audienceOf, countText } from '../show/core/model.ts';
import type { MeetingActions } from './actions.ts';
import { useCorner } from './corner.ts';
import { emptyStage, useGlide } from './glide.ts';
import { useNow, useSize } from './hooks.ts';
import { useLanguage, useTranslate } from './language.tsx';
import { IconButton } from './parts.tsx';
import { ShowLinks } from './show-links.tsx';
import { Tile } from './tile.tsx';

interface StageProps {
  state: MeetingState;
  actions: MeetingActions;
}

/**
 * All pictures: a grid with pages, a large one with the others beside it, or a large one with the self view in a
 * corner.
 */
export function StageView({ state, actions }: StageProps) {
  const t = useTranslate();
  const [element, size] = useSize<HTMLElement>();
  const memory = useRef(emptyStage());
  const recent = useRef<ReadonlySet<string>>(new Set());
  const [aspects, noteAspect] = useAspects(recent);
  const { corner, grab, toNext } = useCorner(element, memory);
  const stage = arrangeStage({ ...state, spotlight: state.hosting.spotlight });
  const plan = planStage({ stage, size, aspects, corner, page: state.page, recent: recent.current });
  useRecent(recent, plan);
  useGlide(element, memory, { size, tiles: plan.tiles });
  const cornerBox = plan.tiles.find(({ place }) => place === 'corner')?.box;
  const common = { mayRename: mayRenameOf(state), actions, onAspect: noteAspect };
  return (
    <section
      ref={element}
      className="stage"
      aria-label={t('stage.label')}
      data-mode={stage.mode}
      data-corner={cornerBox && corner}
      style={{ '--corner-width': `${cornerBox?.width ?? 0}px` } as CSSProperties}
    >
      {plan.tiles.map(({ tile, place, box }) => (
        <Tile
          key={tile.key}
          tile={tile}
          place={place}
          style={place === 'parked' ? { display: 'none' } : styleOf(box)}
          pinned={state.pinnedKey === tile.key}
          {...common}
          {...(place === 'corner' && { onGrab: grab, onNextCorner: toNext })}
        />
      ))}
      {plan.invite === undefined ? null : <Invite state={state} style={styleOf(plan.invite)} actions={actions} />}
      {plan.pager === undefined ? null : (
        <Pager
          page={plan.page}
          count={plan.pageCount}
          style={styleOf(plan.pager)}
          onPage={(page) => actions.dispatch({ type: 'page', page })}
        />
      )}
    </section>
  );
}

const styleOf = ({ left, top, width, height }: Box): CSSProperties => ({ left, top, width, height });

const ASPECT_NOISE = 0.02; // layers of one picture differ by rounding
const ASPECTS_MAX = 400; // far more than are visible; above it, those not recently visible are dropped

/** Aspect ratios of received pictures, by tile key. */
function useAspects(
  recent: RefObject<ReadonlySet<string>>,
): [ReadonlyMap<string, number>, (key: string, aspect: number) => void] {
  const [aspects, setAspects] = useState<ReadonlyMap<string, number>>(new Map());
  const note = useCallback(
    (key: string, aspect: number): void => {
      const { current } = recent;
      setAspects((known) => {
        const before = known.get(key);
        if (before !== undefined && Math.abs(aspect / before - 1) < ASPECT_NOISE) return known;
        const kept = known.size < ASPECTS_MAX ? known : [...known].filter(([one]) => current.has(one));
        return new Map(kept).set(key, aspect);
      });
    },
    [recent],
  );
  return [aspects, note];
}

/** Records which tiles were recently visible. */
function useRecent(recent: RefObject<ReadonlySet<string>>, { tiles }: StagePlan): void {
  useLayoutEffect(() => {
    const shown = tiles.filter(({ place }) => place !== 'parked').map(keyOf);
    const before = [...recent.current].filter((key) => !shown.includes(key));
    recent.current = new Set([...shown, ...before].slice(0, RECENT_MAX));
  });
}

const keyOf = ({ tile }: PlacedTile): string => tile.key;
const RECENT_MAX = 48; // three full pages

const mayRenameOf = ({ participants, mayRename }: MeetingState): boolean =>
  mayRenameItself({ rank: rankOf(participants.find(({ local }) => local)), mayRename });

function Pager(props: { page: number; count: number; style: CSSProperties; onPage(page: number): void }) {
  const t = useTranslate();
  return (
    <nav
      className="pager in-row absolute justify-center gap-2 text-soft text-s tabular"
      style={props.style}
      aria-label={t('stage.page', { page: props.page + 1, count: props.count })}
    >
      <IconButton
        label={t('stage.pagePrevious')}
        disabled={props.page === 0}
        onClick={() => props.onPage(props.page - 1)}
      >
        <ChevronLeft size={20} />
      </IconButton>
      <span aria-hidden="true">
        {props.page + 1} / {props.count}
      </span>
      <IconButton
        label={t('stage.pageNext')}
        disabled={props.page >= props.count - 1}
        onClick={() => props.onPage(props.page + 1)}
      >
        <ChevronRight size={20} />
      </IconButton>
    </nav>
  );
}

function Invite(props: { state: MeetingState; style: CSSProperties; actions: MeetingActions }) {
  const t = useTranslate();
  const nowMs = useNow();
  const { invite, show, showLinks } = props.state;
  if (show === 'stage' && showLinks !== undefined)
    return (
      <div className="invite" style={props.style}>
        <Watching counts={props.state.viewers} />
        <p>{t('show.linksText')}</p>
        <ShowLinks links={showLinks} onCopy={props.actions.copyShowLink} />
      </div>
    );
  return (
    <div className="invite" style={props.style}>
      <h2>{t(`invite.${aloneAs(props.state, nowMs)}`)}</h2>
      <p>{t(inviteTextOf(props.state))}</p>
      {invite === undefined ? null : <InviteLink url={invite.url} onCopy={props.actions.copyLink} />}
    </div>
  );
}

function Watching({ counts }: { counts: ViewerCounts }) {
  const { t, language } = useLanguage();
  const count = countText(audienceOf(counts), languageNames[language].tag);
  return <h2 data-testid="show-watching">{t('show.watching', { count })}</h2>;
}

function inviteTextOf({ inside, invite }: MeetingState): 'invite.breakOut' | 'invite.none' | 'invite.text' {
  if (inside !== undefined) return 'invite.breakOut';
  return invite === undefined ? 'invite.none' : 'invite.text';
}

function InviteLink({ url, onCopy }: { url: string | undefined; onCopy(): void }) {
  const t = useTranslate();
  const [copied, setCopied] = useState(false);
  return (
    <>
      {url === undefined ? null : (
        <input
          className="invite-link w-full bordered rounded-m bg-surface text-soft text-center"
          readOnly
          value={url.replace(/^https?:\/\//, '')}
          aria-label={t('invite.link')}
          onFocus={(event) => event.target.select()}
        />
      )}
      <button
        type="button"
        className="button primary"
        data-testid="copy-link"
        onClick={() => {
          onCopy();
          setCopied(true);
        }}
      >
        {copied && url !== undefined ? <Check size={18} /> : <Copy size={18} />}
        {t(copied && url !== undefined ? 'common.copied' : 'common.copy')}
      </button>
      {isLoopbackHost(new URL(url ?? location.href).hostname) ? (
        <p className="invite-hint">{t('invite.loopback')}</p>
      ) : null}
    </>
  );
}
