import { Expand, Hand, LoaderCircle, MicOff, MonitorUp, Pencil, Pin, PinOff, RotateCw, WifiLow } from 'lucide-react';
import { type CSSProperties, type PointerEvent, useState } from 'react';
import { hueOf, initialsOf } from '../core/avatar.ts';
import type { MediaSource, ParticipantModel } from '../core/model.ts';
import { placeName } from '../core/place-name.ts';
import { protocolName } from '../core/protocol-name.ts';
import type { TileModel } from '../core/stage.ts';
import type { Place } from '../core/stage-plan.ts';
import type { MeetingActions } from './actions.ts';
import { canFullScreen, toggleFullScreen } from './full-screen.ts';
import { useLanguage } from './language.tsx';
import { Video } from './media.tsx';
import { IconButton } from './parts.tsx';
import { QualityBars } from './quality.tsx';
import { TileReaction } from './reactions.tsx';
import { StatsOfTile } from './stats-panel.tsx';

interface TileProps {
  tile: TileModel;
  place?: Place;
  style?: CSSProperties;
  pinned: boolean;
  mayRename: boolean;
  actions: MeetingActions;
  /** The picture's aspect ratio is known or has changed. */
  onAspect?(key: string, aspect: number): void;
  /** A corner tile is dragged, or moves to the next corner. */
  onGrab?(event: PointerEvent<HTMLElement>): void;
  onNextCorner?(): void;
}

/** A person's camera or screen: picture or avatar, name, microphone, network; the region on hover and focus. */
export function Tile(props: TileProps) {
  const { tile, place, style, onAspect, onGrab } = props;
  const { t } = useLanguage();
  const { participant, kind } = tile;
  const source = kind === 'screen' ? participant.screen : participant.camera;
  const holdReason = kind === 'screen' ? participant.screenHeld : participant.cameraHeld;
  const name = kind === 'screen' ? t('stage.screenOf', { name: participant.name }) : participant.name;
  const speaking = participant.speaking && kind === 'camera' && participant.microphoneOn;
  return (
    <figure
      className="tile"
      data-kind={kind}
      data-speaking={speaking ? '' : undefined}
      data-testid="tile"
      data-identity={participant.identity}
      data-tile={tile.key}
      data-place={place}
      style={style}
      onPointerDown={onGrab}
      onDoubleClick={(event) => {
        if (canFullScreen()) toggleFullScreen(event.currentTarget);
      }}
    >
      {source === undefined ? (
        <AvatarFill participant={participant} />
      ) : (
        <Picture
          key={source.id}
          source={source}
          label={name}
          mirrored={participant.local && kind === 'camera'}
          isUncropped={kind === 'screen' || participant.protocol !== undefined}
          participant={participant}
          held={holdReason !== undefined}
          isStopped={holdReason === 'stopped'}
          onAspect={onAspect && ((aspect) => onAspect(tile.key, aspect))}
        />
      )}
      {holdReason === undefined ? null : (
        <p
          className="tile-held in-row absolute inset-0 justify-center m-0 text-s text-center"
          role="status"
          data-testid="tile-held"
        >
          <WifiLow size={16} aria-hidden="true" />
          {t(`stage.held.${holdReason}`)}
        </p>
      )}
      {kind === 'camera' ? <TileReaction sessionId={participant.sessionId} /> : null}
      <figcaption className="tile-name in-row absolute gap-6px rounded-s text-s">
        {props.pinned ? <Pin size={14} aria-label={t('stage.pinned')} data-testid="tile-pinned" /> : null}
        {kind === 'camera' && participant.handRaisedAtMs > 0 ? (
          <Hand className="tile-hand" size={15} aria-label={t('stage.hand')} data-testid="tile-hand" />
        ) : null}
        {kind === 'screen' ? <MonitorUp size={14} aria-hidden="true" /> : null}
        {kind === 'camera' && !participant.microphoneOn ? (
          <MicOff className="tile-muted" size={15} aria-label={t('stage.muted')} />
        ) : null}
        <span className="ellipsis" title={name}>
          {name}
        </span>
        {participant.local && kind === 'camera' ? (
          <span className="text-soft one-line">({t('common.you')})</span>
        ) : null}
        {participant.protocol === undefined ? null : (
          <span className="tag tile-protocol" data-testid="protocol">
            {protocolName(participant.protocol, t)}
          </span>
        )}
        <QualityBars quality={participant.quality} />
      </figcaption>
      <StatsOfTile tile={tile} />
      <TileTools {...props} name={name} hasPicture={source !== undefined} />
    </figure>
  );
}

/** Buttons of a tile, shown on hover and focus. */
function TileTools(props: TileProps & { name: string; hasPicture: boolean }) {
  const { tile, place, pinned, mayRename, actions, name, hasPicture, onNextCorner } = props;
  const { t, language } = useLanguage();
  const { participant, kind } = tile;
  return (
    <div className="tile-tools in-row absolute justify-end gap-2 pointer-none">
      {participant.region === '' ? null : (
        <span className="tile-place rounded-s text-soft ellipsis">{placeName(participant.region, language)}</span>
      )}
      {place === 'corner' && onNextCorner !== undefined ? (
        <IconButton
          className="tile-tool"
          label={t('stage.corner')}
          tipBelow
          tipEnd
          data-testid="tile-corner"
          onClick={onNextCorner}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          <RotateCw size={16} />
        </IconButton>
      ) : null}
      {participant.local && kind === 'camera' && mayRename ? (
        <IconButton
          className="tile-tool roomy"
          label={t('rename.own')}
          tipBelow
          tipEnd
          data-testid="tile-rename"
          onClick={() => actions.dispatch({ type: 'dialog', dialog: 'rename', about: participant.identity })}
        >
          <Pencil size={16} />
        </IconButton>
      ) : null}
      {canFullScreen() && hasPicture ? (
        <IconButton
          className="tile-tool roomy"
          label={t('stage.fullScreen', { name })}
          tipBelow
          tipEnd
          data-testid="tile-full-screen"
          onClick={(event) => {
            const figure = event.currentTarget.closest('figure');
            if (figure !== null) toggleFullScreen(figure);
          }}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          <Expand size={16} />
        </IconButton>
      ) : null}
      <IconButton
        className="tile-tool"
        label={t(pinned ? 'stage.unpin' : 'stage.pin', { name })}
        tipBelow
        tipEnd
        aria-pressed={pinned}
        onClick={() => actions.dispatch({ type: 'pin', key: tile.key })}
      >
        {pinned ? <PinOff size={16} /> : <Pin size={16} />}
      </IconButton>
    </div>
  );
}

/** The picture of a camera that is on, with the avatar until the first frame. */
function Picture(props: {
  source: MediaSource;
  label: string;
  mirrored: boolean;
  isUncropped: boolean;
  participant: ParticipantModel;
  /** The picture does not arrive, which is already shown. */
  held: boolean;
  /** Whether the last frame is stale, so that it is covered. */
  isStopped: boolean;
  onAspect: ((aspect: number) => void) | undefined;
}) {
  const { t } = useLanguage();
  const { participant, held, isStopped, onAspect, ...video } = props;
  const [hasPicture, setHasPicture] = useState(false);
  return (
    <>
      <Video {...video} onPicture={() => setHasPicture(true)} {...(onAspect && { onAspect })} />
      {hasPicture && !isStopped ? null : (
        <div className="tile-coming" data-testid="tile-coming">
          <AvatarFill participant={participant} />
          {held ? null : <LoaderCircle size={22} className="spinner" aria-label={t('stage.pictureComing')} />}
        </div>
      )}
    </>
  );
}

export function Avatar(props: { identity: string; name: string; className?: string }) {
  const style = { '--hue': hueOf(props.identity) } as CSSProperties;
  return (
    <span
      className={`avatar place-center flex-none text-white weight-600 one-line ${props.className ?? ''}`}
      style={style}
      aria-hidden="true"
    >
      {initialsOf(props.name)}
    </span>
  );
}

function AvatarFill({ participant }: { participant: ParticipantModel }) {
  return (
    <div
      className="tile-avatar absolute inset-0 grid place-center"
      style={{ '--hue': hueOf(participant.identity) } as CSSProperties}
    >
      <Avatar identity={participant.identity} name={participant.name} />
    </div>
  );
}
