import { Check, ChevronLeft, ChevronRight, Copy } from 'lucide-react';
import { type CSSProperties, type RefObject, useRef, useState } from 'react';
import { columnsMaxOf, layOutGrid, pageCapacity, pageOf, stripCell } from '../core/grid.ts';
import { mayRenameItself, rankOf } from '../core/hosting.ts';
import type { MeetingState } from '../core/meeting.ts';
import { aloneAs } from '../core/presentation.ts';
import { isLoopbackHost } from '../core/query.ts';
import { arrangeStage, type Stage, type TileModel, withSelfOnFirstPage } from '../core/stage.ts';
import type { MeetingActions } from './actions.ts';
import { emptyStage, type StageMemory, useGlide } from './glide.ts';
import { useNow, useSize } from './hooks.ts';
import { useTranslate } from './language.tsx';
import { IconButton } from './parts.tsx';
import { Tile } from './tile.tsx';

interface StageProps {
  state: MeetingState;
  actions: MeetingActions;
}

const GAP = 10;
const PAGER_HEIGHT = 44; // stands below the tiles and covers no name

/** All pictures: the grid with pages, or one large picture with a strip. */
export function StageView({ state, actions }: StageProps) {
  const t = useTranslate();
  const stage = arrangeStage({ ...state, spotlight: state.hosting.spotlight });
  const element = useRef<HTMLElement>(null);
  const memory = useRef(emptyStage());
  const places = { element, memory };
  return (
    <section ref={element} className="stage" aria-label={t('stage.label')} data-mode={stage.mode}>
      {stage.mode === 'grid' ? (
        <Grid tiles={stage.tiles} state={state} actions={actions} places={places} />
      ) : (
        <Focus stage={stage} state={state} actions={actions} places={places} />
      )}
    </section>
  );
}

/** What both ways of showing the tiles share, so that a tile can go from one to the other. */
interface Places {
  element: RefObject<HTMLElement | null>;
  memory: RefObject<StageMemory>;
}

interface FocusProps extends StageProps {
  stage: Extract<Stage, { mode: 'focus' }>;
  places: Places;
}

function Focus({ stage, state, actions, places }: FocusProps) {
  useGlide(places.element, places.memory);
  const [whole, wholeSize] = useSize<HTMLDivElement>();
  const [strip, stripSize] = useSize<HTMLDivElement>();
  // The style sheet puts the strip below in an upright stage, where it fills what the large picture leaves.
  const upright = wholeSize.width <= wholeSize.height;
  const mayRename = mayRenameOf(state);
  const cell = upright ? stripCell({ ...stripSize, count: stage.strip.length, gap: GAP }) : undefined;
  return (
    <div className="stage-focus" ref={whole}>
      <div className="stage-main">
        <Tile
          key={stage.main.key}
          tile={stage.main}
          pinned={state.pinnedKey === stage.main.key}
          mayRename={mayRename}
          actions={actions}
        />
      </div>
      <div className="stage-strip" ref={strip}>
        {stage.strip.map((tile) => (
          <Tile
            key={tile.key}
            tile={tile}
            pinned={false}
            mayRename={mayRename}
            actions={actions}
            {...(cell && { style: cell })}
          />
        ))}
      </div>
    </div>
  );
}

function Grid(props: StageProps & { tiles: readonly TileModel[]; places: Places }) {
  useGlide(props.places.element, props.places.memory);
  const { state, actions, tiles } = props;
  const mayRename = mayRenameOf(state);
  const [ref, size] = useSize<HTMLDivElement>();
  const alone = tiles.length === 1 && state.participants[0]?.local === true;
  const capacity = pageCapacity({ ...size, gap: GAP });
  const shown = pageOf(withSelfOnFirstPage(tiles, capacity), state.page, capacity);
  const count = shown.items.length + (alone ? 1 : 0);
  const paged = shown.pageCount > 1;
  const height = size.height - (paged ? PAGER_HEIGHT : 0);
  const layout = layOutGrid({ count, width: size.width, height, gap: GAP, columnsMax: columnsMaxOf(size.width) });
  const cell: CSSProperties = { width: layout.tileWidth, height: layout.tileHeight };
  const width = layout.columns * layout.tileWidth + (layout.columns - 1) * GAP;
  return (
    <div className="grid" ref={ref} data-tiles={count} data-paged={paged ? '' : undefined}>
      {size.width === 0 ? null : (
        <div className="grid-cells" style={{ gap: GAP, width: Math.max(0, width) }}>
          {shown.items.map((tile) => (
            <Tile key={tile.key} tile={tile} style={cell} pinned={false} mayRename={mayRename} actions={actions} />
          ))}
          {alone ? <Invite state={state} style={cell} onCopy={actions.copyLink} /> : null}
        </div>
      )}
      {paged ? (
        <Pager page={shown.page} count={shown.pageCount} onPage={(page) => actions.dispatch({ type: 'page', page })} />
      ) : null}
    </div>
  );
}

const mayRenameOf = ({ participants, mayRename }: MeetingState): boolean =>
  mayRenameItself({ rank: rankOf(participants.find(({ local }) => local)), mayRename });

function Pager(props: { page: number; count: number; onPage(page: number): void }) {
  const t = useTranslate();
  return (
    <nav className="pager" aria-label={t('stage.page', { page: props.page + 1, count: props.count })}>
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

/** Stands where the second person will stand, so that nothing jumps when they come. */
function Invite(props: { state: MeetingState; style: CSSProperties; onCopy(): void }) {
  const t = useTranslate();
  const nowMs = useNow();
  const { invite } = props.state;
  return (
    <div className="invite" style={props.style}>
      <h2>{t(`invite.${aloneAs(props.state, nowMs)}`)}</h2>
      <p>{t(invite === undefined ? 'invite.none' : 'invite.text')}</p>
      {invite === undefined ? null : <InviteLink url={invite.url} onCopy={props.onCopy} />}
    </div>
  );
}

/** The link, once there is one, and the button that makes and copies it. */
function InviteLink({ url, onCopy }: { url: string | undefined; onCopy(): void }) {
  const t = useTranslate();
  const [copied, setCopied] = useState(false);
  return (
    <>
      {url === undefined ? null : (
        <input
          className="invite-link"
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
