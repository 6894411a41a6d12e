// The host's panel of break-out rooms: plan and open them, move people, announce, close them.
import { Megaphone, Minus, Plus, Shuffle } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import {
  ANNOUNCEMENT_MAX,
  assignable,
  assigned,
  BREAK_OUT_NAME_MAX,
  BREAK_OUTS_MAX,
  type BreakOutModel,
  type BreakOutPlan,
  breakOutOf,
  closingAt,
  distributed,
  endsFirstMs,
  type NameOf,
  newPlan,
  planMinutes,
  renamed,
  resized,
  settingsOf,
  wrongNames,
} from '../core/break-outs.ts';
import { type MeetingState, mainRoomOf } from '../core/meeting.ts';
import type { ParticipantModel } from '../core/model.ts';
import type { MeetingActions } from './actions.ts';
import { EndsIn, useOpenBreakOuts } from './break-outs.tsx';
import './break-outs.css';
import { useTranslate } from './language.tsx';
import { Panel } from './panel.tsx';
import { IconButton } from './parts.tsx';
import { Avatar } from './tile.tsx';

const CLOSE_SOON_MS = 60_000;

interface BreakOutsPanelProps {
  state: MeetingState;
  /** Earlier plan, kept while the panel was closed. */
  plan: BreakOutPlan | undefined;
  onPlan(plan: BreakOutPlan | undefined): void;
  actions: MeetingActions;
  onClose(): void;
}

export default function BreakOutsPanel({ state, plan, onPlan, actions, onClose }: BreakOutsPanelProps) {
  const t = useTranslate();
  const { hosting, participants } = mainRoomOf(state);
  const open = useOpenBreakOuts(hosting.breakOuts);
  const nameOf: NameOf = (number) => t('breakOut.usualName', { number });
  return (
    <Panel title={t('breakOut.title')} name="breakOuts" onClose={onClose}>
      {open.length > 0 ? (
        <OpenRooms open={open} participants={participants} currentId={state.inside?.breakOutId} actions={actions} />
      ) : (
        <PlanEditor
          plan={plan ?? newPlan(nameOf)}
          people={assignable(participants)}
          nameOf={nameOf}
          onPlan={onPlan}
          actions={actions}
        />
      )}
    </Panel>
  );
}

interface PlanningProps {
  plan: BreakOutPlan;
  people: readonly ParticipantModel[];
  nameOf: NameOf;
  onPlan(plan: BreakOutPlan | undefined): void;
  actions: MeetingActions;
}

function PlanEditor({ plan, people, nameOf, onPlan, actions }: PlanningProps) {
  const t = useTranslate();
  const invalidNames = wrongNames(plan);
  const count = plan.rooms.length;
  const names = plan.rooms.map(({ name }) => name);
  const move = (identity: string, to: number): void => onPlan({ ...plan, rooms: assigned(plan.rooms, identity, to) });
  const peopleOf = (at: number): readonly ParticipantModel[] =>
    people.filter(({ identity }) => plan.rooms.findIndex((room) => room.identities.includes(identity)) === at);
  return (
    <>
      <div className="panel-scroll break-outs">
        <p className="faint small">{t('breakOut.lead')}</p>
        <PlanTools plan={plan} people={people} nameOf={nameOf} onPlan={onPlan} />
        {plan.rooms.map((room, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rooms of a plan are known by their number
          <section key={at} className="break-out" data-testid="planned-room">
            <input
              className="input"
              value={room.name}
              maxLength={BREAK_OUT_NAME_MAX}
              aria-label={t('breakOut.nameOf', { number: at + 1 })}
              aria-invalid={invalidNames.includes(at)}
              onChange={(event) => onPlan(renamed(plan, at, event.target.value))}
            />
            <People people={peopleOf(at)} names={names} at={at} onMove={move} />
          </section>
        ))}
        <section className="break-out">
          <h3>{t('breakOut.unassigned')}</h3>
          {people.length === 0 ? <p className="faint small">{t('breakOut.noneHere')}</p> : null}
          <People people={peopleOf(-1)} names={names} at={-1} onMove={move} />
        </section>
      </div>
      <footer className="panel-foot">
        {invalidNames.length > 0 ? <p className="field-error">{t('breakOut.nameWrong')}</p> : null}
        <button
          type="button"
          className="button primary flex-1"
          data-testid="break-outs-open-all"
          disabled={invalidNames.length > 0}
          onClick={() => {
            actions.host({ do: 'breakOuts', list: settingsOf(plan, Date.now()) });
            onPlan(undefined);
          }}
        >
          {count === 1 ? t('breakOut.openOne') : t('breakOut.open', { count })}
        </button>
      </footer>
    </>
  );
}

function PlanTools({ plan, people, nameOf, onPlan }: Omit<PlanningProps, 'actions'>) {
  const t = useTranslate();
  const count = plan.rooms.length;
  const isEmpty = plan.rooms.every(({ identities }) => identities.length === 0);
  return (
    <div className="break-out-tools grid gap-2">
      <div className="in-row text-s weight-600 one-line">
        <IconButton
          className="bare small"
          label={t('breakOut.fewer')}
          disabled={count <= 1}
          data-testid="break-outs-fewer"
          onClick={() => onPlan(resized(plan, count - 1, nameOf))}
        >
          <Minus size={18} />
        </IconButton>
        <output data-testid="break-outs-count">{t('breakOut.count', { count })}</output>
        <IconButton
          className="bare small"
          label={t('breakOut.more')}
          disabled={count >= BREAK_OUTS_MAX}
          data-testid="break-outs-more"
          onClick={() => onPlan(resized(plan, count + 1, nameOf))}
        >
          <Plus size={18} />
        </IconButton>
      </div>
      <select
        className="select"
        aria-label={t('breakOut.limit')}
        value={plan.minutes}
        data-testid="break-outs-minutes"
        onChange={(event) => onPlan({ ...plan, minutes: Number(event.target.value) })}
      >
        {planMinutes.map((minutes) => (
          <option key={minutes} value={minutes}>
            {minutes === 0 ? t('breakOut.noLimit') : t('breakOut.minutes', { minutes })}
          </option>
        ))}
      </select>
      {isEmpty ? (
        <button
          type="button"
          className="button small"
          data-testid="break-outs-spread"
          disabled={people.length === 0}
          onClick={() =>
            onPlan(
              distributed(
                plan,
                people.map(({ identity }) => identity),
              ),
            )
          }
        >
          <Shuffle size={16} />
          {t('breakOut.spread')}
        </button>
      ) : (
        <button
          type="button"
          className="button small"
          data-testid="break-outs-clear"
          onClick={() => onPlan(distributed(plan, []))}
        >
          {t('breakOut.clear')}
        </button>
      )}
    </div>
  );
}

interface OpenRoomsProps {
  open: readonly BreakOutModel[];
  participants: readonly ParticipantModel[];
  currentId: string | undefined;
  actions: MeetingActions;
}

function OpenRooms({ open, participants, currentId, actions }: OpenRoomsProps) {
  const t = useTranslate();
  const set = (list: readonly BreakOutModel[]): void => actions.host({ do: 'breakOuts', list });
  const names = open.map(({ name }) => name);
  const move = (identity: string, to: number): void => set(assigned(open, identity, to));
  const people = assignable(participants);
  const unassigned = people.filter(({ identity }) => breakOutOf(open, identity) === undefined);
  return (
    <>
      <div className="panel-scroll break-outs">
        <EndsIn endsAtMs={endsFirstMs(open)} />
        <Announce actions={actions} />
        {open.map((one, at) => (
          <OpenRoom
            key={one.breakOutId}
            one={one}
            people={people.filter(
              ({ identity, breakOut }) => one.identities.includes(identity) || breakOut === one.name,
            )}
            isHere={one.breakOutId === currentId}
            onEnter={() => actions.enterBreakOut(one.breakOutId)}
          >
            {(person) => <RoomChoice person={person} names={names} at={at} onMove={move} />}
          </OpenRoom>
        ))}
        <section className="break-out">
          <h3>{t('breakOut.unassigned')}</h3>
          <People people={unassigned} names={names} at={-1} onMove={move} />
        </section>
      </div>
      <footer className="panel-foot">
        <button
          type="button"
          className="button small"
          data-testid="break-outs-close-soon"
          onClick={() => set(closingAt(open, Date.now() + CLOSE_SOON_MS))}
        >
          {t('breakOut.closeSoon')}
        </button>
        <button type="button" className="button small danger" data-testid="break-outs-close" onClick={() => set([])}>
          {t('breakOut.closeAll')}
        </button>
      </footer>
    </>
  );
}

interface OpenRoomProps {
  one: BreakOutModel;
  people: readonly ParticipantModel[];
  isHere: boolean;
  onEnter(): void;
  children(person: ParticipantModel): ReactNode;
}

function OpenRoom({ one, people, isHere, onEnter, children }: OpenRoomProps) {
  const t = useTranslate();
  const isThere = ({ breakOut }: ParticipantModel): boolean => breakOut === one.name;
  const present = people.filter(isThere).length;
  const belongs = people.filter(({ identity }) => one.identities.includes(identity)).length;
  return (
    <section className="break-out" data-testid="open-room" data-break-out={one.name}>
      <header className="break-out-head in-row justify-between gap-2">
        <div>
          <h3 className="ellipsis" title={one.name}>
            {one.name}
          </h3>
          <p className="faint small" data-testid="break-out-present">
            {belongs === 0
              ? t('breakOut.present', { present })
              : t('breakOut.presentOf', { present, count: Math.max(belongs, present) })}
          </p>
        </div>
        {isHere ? (
          <span className="tag">{t('breakOut.here')}</span>
        ) : (
          <button
            type="button"
            className="button small"
            aria-label={t('breakOut.enterRoom', { name: one.name })}
            data-testid="break-out-enter"
            onClick={onEnter}
          >
            {t('breakOut.enter')}
          </button>
        )}
      </header>
      <ul>
        {people.map((person) => (
          <Row key={person.identity} person={person} isThere={isThere(person)}>
            {children(person)}
          </Row>
        ))}
      </ul>
    </section>
  );
}

function Announce({ actions }: { actions: MeetingActions }) {
  const t = useTranslate();
  const [text, setText] = useState('');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const words = text.trim();
    if (words === '') return;
    actions.host({ do: 'announce', text: words });
    setText('');
  };
  return (
    <form className="break-out-announce in-row gap-2" onSubmit={send}>
      <input
        className="input"
        value={text}
        maxLength={ANNOUNCEMENT_MAX}
        placeholder={t('breakOut.announce')}
        aria-label={t('breakOut.announce')}
        data-testid="announce-input"
        onChange={(event) => setText(event.target.value)}
      />
      <IconButton
        className="accent"
        label={t('breakOut.announceSend')}
        type="submit"
        tipEnd
        disabled={text.trim() === ''}
      >
        <Megaphone size={18} />
      </IconButton>
    </form>
  );
}

interface MoveProps {
  names: readonly string[];
  /** Index of the members' room; -1 for none. */
  at: number;
  onMove(identity: string, to: number): void;
}

function People({ people, ...move }: MoveProps & { people: readonly ParticipantModel[] }) {
  const t = useTranslate();
  if (people.length === 0) return <p className="faint small">{t('breakOut.noPeople')}</p>;
  return (
    <ul>
      {people.map((person) => (
        <Row key={person.identity} person={person} isThere={false}>
          <RoomChoice person={person} {...move} />
        </Row>
      ))}
    </ul>
  );
}

function Row(props: { person: ParticipantModel; isThere: boolean; children: ReactNode }) {
  const t = useTranslate();
  const { identity, name } = props.person;
  return (
    <li className="break-out-person in-row gap-2 min-h-44" data-identity={identity} data-there={props.isThere}>
      <Avatar identity={identity} name={name} className="tiny" />
      <span className="ellipsis" title={name}>
        {name}
      </span>
      {props.isThere ? <span className="break-out-there" role="img" aria-label={t('breakOut.there')} /> : null}
      {props.children}
    </li>
  );
}

function RoomChoice({ person, names, at, onMove }: MoveProps & { person: ParticipantModel }) {
  const t = useTranslate();
  return (
    <select
      className="select"
      aria-label={t('breakOut.roomOf', { name: person.name })}
      value={at}
      data-testid="break-out-of"
      onChange={(event) => onMove(person.identity, Number(event.target.value))}
    >
      <option value={-1}>{t('breakOut.none')}</option>
      {names.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rooms are chosen by their number
        <option key={index} value={index}>
          {name}
        </option>
      ))}
    </select>
  );
}
