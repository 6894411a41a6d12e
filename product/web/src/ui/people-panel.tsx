import { EllipsisVertical, Hand, Link, Mic, MicOff, RadioTower, UserX, Video, VideoOff } from 'lucide-react';
import { useState } from 'react';
import { choicesFor, type Hosting, handsOf, type OwnRights, rankOf } from '../core/hosting.ts';
import { languageNames } from '../core/messages/translate.ts';
import { type ParticipantModel, splitViewers } from '../core/model.ts';
import { placeName } from '../core/place-name.ts';
import { protocolName } from '../core/protocol-name.ts';
import { type ViewerCounts, viewersText, withWebrtc } from '../core/viewers.ts';
import type { MeetingActions } from './actions.ts';
import { useLanguage, useTranslate } from './language.tsx';
import { Panel } from './panel.tsx';
import { IconButton } from './parts.tsx';
import { PersonMenu } from './person-menu.tsx';
import { QualityBars } from './quality.tsx';
import { Avatar } from './tile.tsx';
import { WaitingList } from './waiting-list.tsx';

interface PeoplePanelProps {
  participants: readonly ParticipantModel[];
  hosting: Hosting;
  counts: ViewerCounts;
  devToken: boolean;
  mayRename: boolean;
  gateways: boolean;
  canInvite: boolean;
  actions: MeetingActions;
  onClose(): void;
}

export function PeoplePanel(props: PeoplePanelProps) {
  const { participants, hosting, counts, devToken, mayRename, gateways, canInvite, actions, onClose } = props;
  const { t, language } = useLanguage();
  const self = participants.find((one) => one.local);
  const mine: OwnRights = { rank: rankOf(self), mayRename, mayWrite: self?.canWrite === true };
  const mayManage = mine.rank !== 'none';
  const { people, viewers } = splitViewers(participants);
  const watched = viewersText(withWebrtc(counts, viewers), viewers.length, t, languageNames[language].tag);
  // With development tokens everyone is a host: stated once, not at every name. Gateway participants are no hosts.
  const allHosts = devToken && people.every((one) => one.admin || one.protocol !== undefined);
  const byName = (a: ParticipantModel, b: ParticipantModel): number => a.name.localeCompare(b.name);
  const hands = handsOf(participants); // in the order in which they were raised, viewers included
  const ordered = [
    ...hands,
    ...people.filter((one) => !hands.includes(one)).sort((a, b) => Number(b.local) - Number(a.local) || byName(a, b)),
  ];
  const hasMenus = participants.some((one) => choicesFor(mine, one, hosting.spotlight).length > 0);
  const rowOf = (one: ParticipantModel) => (
    <Person
      key={one.sessionId}
      person={one}
      isAllHosts={allHosts}
      mine={mine}
      hasMenus={hasMenus}
      spotlight={hosting.spotlight}
      actions={actions}
    />
  );
  return (
    <Panel title={t('people.title')} name="people" onClose={onClose}>
      <p className="panel-sub text-faint text-s">{t('people.count', { count: people.length })}</p>
      {allHosts ? <p className="panel-sub text-faint text-s">{t('people.devToken')}</p> : null}
      <div className="panel-scroll people">
        {mayManage ? <WaitingList hosting={hosting} actions={actions} /> : null}
        <ul>{ordered.map(rowOf)}</ul>
        {watched === undefined ? null : (
          <section data-testid="viewers">
            <h3>{watched}</h3>
            <ul>
              {viewers
                .filter((one) => !hands.includes(one))
                .sort(byName)
                .map((one) =>
                  one.protocol === undefined ? (
                    rowOf(one)
                  ) : (
                    <Viewer key={one.sessionId} viewer={one} mayManage={mayManage} actions={actions} />
                  ),
                )}
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
            data-testid="streaming"
            onClick={() => actions.dispatch({ type: 'panel', panel: 'streaming' })}
          >
            <RadioTower size={17} />
            {t('streaming.title')}
          </button>
        ) : null}
      </footer>
    </Panel>
  );
}

function KickQuestion(props: { person: ParticipantModel; actions: MeetingActions; onAnswer(): void }) {
  const t = useTranslate();
  const { person, actions, onAnswer } = props;
  const [forever, setForever] = useState(false);
  return (
    <li className="person asking">
      <p>{t('people.kickConfirm', { name: person.name })}</p>
      <label className="kick-forever in-row flex-1 gap-2 text-s">
        <input type="checkbox" checked={forever} onChange={(event) => setForever(event.target.checked)} />
        {t('people.kickForever')}
      </label>
      <button type="button" className="button small" onClick={onAnswer}>
        {t('common.cancel')}
      </button>
      <button
        type="button"
        className="button small danger"
        onClick={() => {
          onAnswer();
          actions.host({ do: 'remove', identity: person.identity, forever });
        }}
      >
        {t('people.kickShort')}
      </button>
    </li>
  );
}

/** A gateway viewer, who can only be removed. */
function Viewer(props: { viewer: ParticipantModel; mayManage: boolean; actions: MeetingActions }) {
  const t = useTranslate();
  const [asking, setAsking] = useState(false);
  const { viewer, mayManage, actions } = props;
  if (asking) return <KickQuestion person={viewer} actions={actions} onAnswer={() => setAsking(false)} />;
  return (
    <li className="person" data-identity={viewer.identity}>
      <Avatar identity={viewer.identity} name={viewer.name} className="small" />
      <div className="person-name flex-1 min-w-0">
        <p className="ellipsis" title={viewer.name}>
          {viewer.name}
        </p>
      </div>
      <Protocol person={viewer} />
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

interface PersonProps {
  person: ParticipantModel;
  /** Stated once above the list, not at every name. */
  isAllHosts: boolean;
  mine: OwnRights;
  /** Whether any row has a menu: the other rows keep its space free. */
  hasMenus: boolean;
  spotlight: readonly string[];
  actions: MeetingActions;
}

function Person({ person, isAllHosts, mine, hasMenus, spotlight, actions }: PersonProps) {
  const { t, language } = useLanguage();
  const [open, setOpen] = useState<'menu' | 'asking' | undefined>();
  const { name } = person;
  const close = (): void => setOpen(undefined);
  if (open === 'asking') return <KickQuestion person={person} actions={actions} onAnswer={close} />;
  const CameraIcon = person.camera === undefined ? VideoOff : Video;
  const choices = choicesFor(mine, person, spotlight);
  const tag = roleTag(person, isAllHosts);
  return (
    <li className="person-item" data-identity={person.identity}>
      <div className="person">
        <Avatar identity={person.identity} name={name} className="small" />
        <div className="person-name flex-1 min-w-0">
          <p className="ellipsis" title={name}>
            {name}
            {person.local ? <span className="faint"> ({t('common.you')})</span> : null}
          </p>
          <p className="person-node in-row text-faint text-xs">
            <QualityBars quality={person.quality} />
            {tag === undefined ? null : <span className="tag">{t(tag)}</span>}
            <Protocol person={person} />
            {person.breakOut === undefined ? null : (
              <span className="tag ellipsis">{t('breakOut.in', { name: person.breakOut })}</span>
            )}
            <span className="ellipsis" title={placeName(person.region, language)}>
              {placeName(person.region, language)}
            </span>
          </p>
        </div>
        {person.handRaisedAtMs > 0 ? (
          <span className="person-cell">
            <Hand size={18} className="hand-up" aria-label={t('stage.hand')} />
          </span>
        ) : null}
        <span className="person-cell">
          <CameraIcon
            size={18}
            className={person.camera === undefined ? 'state-off' : 'state-on'}
            aria-label={t(person.camera === undefined ? 'people.cameraOff' : 'people.cameraOn')}
          />
        </span>
        <span className="person-cell">
          {person.microphoneOn ? (
            <Mic size={18} className="state-on" aria-label={t('people.microphoneOn')} />
          ) : (
            <MicOff size={18} className="state-off" aria-label={t('people.microphoneOff')} />
          )}
        </span>
        {!hasMenus ? null : choices.length === 0 ? (
          <span className="person-cell" />
        ) : (
          <IconButton
            className="bare small"
            label={t('people.manage', { name })}
            tipEnd
            aria-expanded={open === 'menu'}
            data-testid="manage"
            onClick={() => setOpen(open === 'menu' ? undefined : 'menu')}
          >
            <EllipsisVertical size={18} />
          </IconButton>
        )}
      </div>
      {open === 'menu' ? (
        <PersonMenu
          person={person}
          choices={choices}
          spotlight={spotlight}
          actions={actions}
          onRename={() => actions.dispatch({ type: 'dialog', dialog: 'rename', about: person.identity })}
          onRemove={() => setOpen('asking')}
          onDone={close}
        />
      ) : null}
    </li>
  );
}

function roleTag(
  person: ParticipantModel,
  isAllHosts: boolean,
): 'people.host' | 'people.cohost' | 'people.attendee' | undefined {
  const rank = rankOf(person);
  if (rank !== 'none') return isAllHosts && person.role === '' ? undefined : `people.${rank}`;
  return person.canPublish ? undefined : 'people.attendee';
}
