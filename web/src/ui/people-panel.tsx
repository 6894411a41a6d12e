import { Link, Mic, MicOff, RadioTower, UserX, Video, VideoOff } from 'lucide-react';
import { useState } from 'react';
import { languageNames } from '../core/messages/translate.ts';
import { type ParticipantModel, splitViewers } from '../core/model.ts';
import { placeName } from '../core/place-name.ts';
import { protocolName } from '../core/protocol-name.ts';
import { type ViewerCounts, viewersText, withWebrtc } from '../core/viewers.ts';
import type { MeetingActions } from './actions.ts';
import { useLanguage, useTranslate } from './language.tsx';
import { Panel } from './panel.tsx';
import { IconButton } from './parts.tsx';
import { QualityBars } from './quality.tsx';
import { Avatar } from './tile.tsx';

interface PeoplePanelProps {
  participants: readonly ParticipantModel[];
  /** Who watches by other protocols. */
  counts: ViewerCounts;
  devToken: boolean;
  /** There are ways by other protocols. */
  gateways: boolean;
  canInvite: boolean;
  actions: MeetingActions;
  onClose(): void;
}

export function PeoplePanel(props: PeoplePanelProps) {
  const { participants, counts, devToken, gateways, canInvite, actions, onClose } = props;
  const { t, language } = useLanguage();
  const mayManage = participants.some((one) => one.local && one.admin);
  const { people, viewers } = splitViewers(participants);
  const watched = viewersText(withWebrtc(counts, viewers), viewers.length, t, languageNames[language].tag);
  // Said once, not at every name. Who came by a gateway is none.
  const allModerate = devToken && people.every((one) => one.admin || one.protocol !== undefined);
  const byName = (a: ParticipantModel, b: ParticipantModel): number => a.name.localeCompare(b.name);
  const ordered = [...people].sort((a, b) => Number(b.local) - Number(a.local) || byName(a, b));
  return (
    <Panel title={t('people.title')} name="people" onClose={onClose}>
      <p className="panel-sub">{t('people.count', { count: people.length })}</p>
      {allModerate ? <p className="panel-sub">{t('people.devToken')}</p> : null}
      <div className="panel-scroll people">
        <ul>
          {ordered.map((one) => (
            <Person
              key={one.sessionId}
              person={one}
              moderator={one.admin && !allModerate}
              roomForKick={mayManage}
              mayManage={mayManage && !one.local}
              actions={actions}
            />
          ))}
        </ul>
        {watched === undefined ? null : (
          <section data-testid="viewers">
            <h3>{watched}</h3>
            <ul>
              {[...viewers].sort(byName).map((one) => (
                <Viewer key={one.sessionId} viewer={one} mayManage={mayManage} actions={actions} />
              ))}
            </ul>
          </section>
        )}
      </div>
      <footer className="panel-foot">
        {canInvite ? (
          <button type="button" className="button quiet" onClick={actions.copyLink}>
            <Link size={17} />
            {t('people.invite')}
          </button>
        ) : null}
        {gateways ? (
          <button
            type="button"
            className="button quiet"
            data-testid="ways"
            onClick={() => actions.dispatch({ type: 'panel', panel: 'ways' })}
          >
            <RadioTower size={17} />
            {t('ways.title')}
          </button>
        ) : null}
      </footer>
    </Panel>
  );
}

/** Asked before somebody is removed. */
function KickQuestion(props: { person: ParticipantModel; actions: MeetingActions; onAnswer(): void }) {
  const t = useTranslate();
  const { person, actions, onAnswer } = props;
  return (
    <li className="person asking">
      <p>{t('people.kickConfirm', { name: person.name })}</p>
      <button type="button" className="button small" onClick={onAnswer}>
        {t('common.cancel')}
      </button>
      <button
        type="button"
        className="button small danger"
        onClick={() => {
          onAnswer();
          actions.kick(person.sessionId);
        }}
      >
        {t('people.kickShort')}
      </button>
    </li>
  );
}

/** Who only watches, by which protocol. */
function Viewer(props: { viewer: ParticipantModel; mayManage: boolean; actions: MeetingActions }) {
  const t = useTranslate();
  const [asking, setAsking] = useState(false);
  const { viewer, mayManage, actions } = props;
  if (asking) return <KickQuestion person={viewer} actions={actions} onAnswer={() => setAsking(false)} />;
  return (
    <li className="person" data-identity={viewer.identity}>
      <Avatar identity={viewer.identity} name={viewer.name} className="small" />
      <div className="person-name">
        <p className="ellipsis" title={viewer.name}>
          {viewer.name}
        </p>
      </div>
      <Protocol person={{ protocol: 'webrtc', ...viewer }} />
      {mayManage ? (
        <IconButton
          className="bare small"
          label={t('people.kick', { name: viewer.name })}
          tipEnd
          onClick={() => setAsking(true)}
        >
          <UserX size={18} />
        </IconButton>
      ) : null}
    </li>
  );
}

function Protocol({ person: { protocol } }: { person: Pick<ParticipantModel, 'protocol'> }) {
  const t = useTranslate();
  return protocol === undefined ? null : <span className="tag">{protocolName(protocol, t)}</span>;
}

function Person({
  person,
  moderator,
  roomForKick,
  mayManage,
  actions,
}: {
  person: ParticipantModel;
  /** To be told at the name. */
  moderator: boolean;
  /** Somebody in the list can be removed: all rows keep the column. */
  roomForKick: boolean;
  mayManage: boolean;
  actions: MeetingActions;
}) {
  const { t, language } = useLanguage();
  const [asking, setAsking] = useState(false);
  const { name } = person;
  if (asking) return <KickQuestion person={person} actions={actions} onAnswer={() => setAsking(false)} />;
  const CameraIcon = person.camera === undefined ? VideoOff : Video;
  return (
    <li className="person" data-identity={person.identity}>
      <Avatar identity={person.identity} name={name} className="small" />
      <div className="person-name">
        <p className="ellipsis" title={name}>
          {name}
          {person.local ? <span className="faint"> ({t('common.you')})</span> : null}
        </p>
        <p className="person-node ellipsis">
          <QualityBars quality={person.quality} />
          {moderator ? <span className="tag">{t('people.admin')}</span> : null}
          <Protocol person={person} />
          {placeName(person.region, language)}
        </p>
      </div>
      <span className="person-cell">
        <CameraIcon
          size={18}
          className={person.camera === undefined ? 'state-off' : 'state-on'}
          aria-label={t(person.camera === undefined ? 'people.cameraOff' : 'people.cameraOn')}
        />
      </span>
      {mayManage && person.microphoneOn ? (
        <IconButton
          className="bare small"
          label={t('people.mute', { name })}
          tipEnd
          onClick={() => actions.mute(person.sessionId)}
        >
          <Mic size={18} />
        </IconButton>
      ) : (
        <span className="person-cell">
          {person.microphoneOn ? (
            <Mic size={18} className="state-on" aria-label={t('people.microphoneOn')} />
          ) : (
            <MicOff size={18} className="state-off" aria-label={t('people.microphoneOff')} />
          )}
        </span>
      )}
      {roomForKick && !mayManage ? <span className="person-cell" /> : null}
      {mayManage ? (
        <IconButton className="bare small" label={t('people.kick', { name })} tipEnd onClick={() => setAsking(true)}>
          <UserX size={18} />
        </IconButton>
      ) : null}
    </li>
  );
}
