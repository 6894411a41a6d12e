import { CalendarPlus, Pencil, Repeat as RepeatIcon, TriangleAlert, Video, X } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import type { AccountApi } from '../api.ts';
import { meetingUrl, spacedNumber } from '../core/invitation-text.ts';
import type { Answer, Meeting, MyOccurrence } from '../core/model.ts';
import { repeatOf } from '../core/repeat.ts';
import { kindText, timeRange, whenText } from '../core/words.ts';
import { currentName } from '../core/zones.ts';
import { useSay } from '../text.ts';
import { useInvitation } from './booked.tsx';
import { Trouble } from './fields.tsx';
import { InviteeList } from './invited.tsx';
import { Recordings } from './recordings.tsx';
import { CopyButton } from './small-dialogs.tsx';

interface DetailsProps {
  occurrence: MyOccurrence;
  api: AccountApi;
  timeZone: string;
  nowMs: number;
  /** Password of the meeting if it was just set in this window; else ''. */
  password: string;
  onClose(): void;
  onEdit(): void;
  onCancel(): void;
  onChanged(): void;
}

const ANSWERS = [
  ['accepted', 'details.accept'],
  ['tentative', 'details.maybe'],
  ['declined', 'details.decline'],
] as const satisfies readonly (readonly [Answer, string])[];

export function DetailsDialog(props: DetailsProps) {
  const { say } = useSay();
  const { occurrence, api } = props;
  const { meetingId } = occurrence;
  const fetchMeeting = useCallback(() => api.meeting(meetingId), [api, meetingId]);
  const { value: meeting, problem } = useAnswer(fetchMeeting);
  return (
    <Dialog title={occurrence.title} onClose={props.onClose} className="details">
      <div className="dialog-fields" data-testid="details">
        {problem === undefined ? null : <Trouble title={say('details.failed')} error={problem} />}
        <Facts {...props} meeting={meeting} />
        {occurrence.answer === undefined ? null : <Answers {...props} />}
        {meeting === undefined ? (
          problem === undefined && <p className="faint">{say('common.loading')}</p>
        ) : (
          <>
            {meeting.description === '' ? null : <p className="description">{meeting.description}</p>}
            <InviteeList {...{ meeting, api }} mayChange={occurrence.mayChange} />
            <Conflicts {...props} />
            <Recordings {...{ occurrence, api }} timeZone={props.timeZone} />
          </>
        )}
        <Buttons {...props} meeting={meeting} />
      </div>
    </Dialog>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="fact grid gap-3">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({ occurrence, meeting, timeZone, nowMs, password }: DetailsProps & { meeting: Meeting | undefined }) {
  const { say, locale } = useSay();
  const repeats = meeting === undefined || meeting.recurrence === '' ? undefined : repeatText(meeting, { say, locale });
  return (
    <dl className="grid gap-6px">
      <Fact label={say('details.when')}>
        {whenText(occurrence.startsAt, occurrence.endsAt, nowMs, { say, locale, timeZone })}
      </Fact>
      {repeats === undefined ? null : (
        <Fact label={say('details.repeats')}>
          <RepeatIcon size={15} aria-hidden="true" /> {repeats}
        </Fact>
      )}
      {meeting === undefined || currentName(meeting.timeZone) === currentName(timeZone) ? null : (
        <Fact label={say('details.zone')}>{currentName(meeting.timeZone).replaceAll('_', ' ')}</Fact>
      )}
      <Fact label={say('details.link')}>
        <a href={meetingUrl(location.origin, occurrence.number)}>{meetingUrl(location.host, occurrence.number)}</a>
      </Fact>
      <Fact label={say('details.number')}>{spacedNumber(occurrence.number)}</Fact>
      {meeting?.hasPassword ? (
        <Fact label={say('details.password')}>
          {password === '' ? <span className="faint small">{say('details.passwordHidden')}</span> : password}
        </Fact>
      ) : null}
      {occurrence.hasConflict ? (
        <p className="conflict">
          <TriangleAlert size={15} aria-hidden="true" /> {say('list.conflict')}
        </p>
      ) : null}
    </dl>
  );
}

function repeatText(
  { recurrence, localStart, timeZone }: Meeting,
  o: { say: ReturnType<typeof useSay>['say']; locale: string },
) {
  const day = localStart.slice(0, 10);
  return kindText(repeatOf(recurrence, day, timeZone).kind, { day, rule: recurrence }, o);
}

function Answers({ occurrence, api, onChanged }: DetailsProps) {
  const { say } = useSay();
  const [answer, setAnswer] = useState(occurrence.answer);
  const [problem, setProblem] = useState<unknown>();
  const sendAnswer = async (newAnswer: Answer): Promise<void> => {
    try {
      await api.answer(occurrence.meetingId, newAnswer);
      setAnswer(newAnswer);
      setProblem(undefined);
      onChanged();
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <fieldset className="answers">
        <legend>{say('details.answer')}</legend>
        {ANSWERS.map(([one, key]) => (
          <button
            key={one}
            type="button"
            className="button small"
            aria-pressed={answer === one}
            onClick={() => void sendAnswer(one)}
          >
            {say(key)}
          </button>
        ))}
      </fieldset>
      {problem === undefined ? null : <Trouble title={say('details.failed')} error={problem} />}
    </>
  );
}

/** Conflicts are shown but do not block; meetings that the user may not see show only their time. */
function Conflicts({ occurrence, api, timeZone }: DetailsProps) {
  const { say, locale } = useSay();
  const fetchConflicts = useCallback(() => api.conflicts(occurrence), [api, occurrence]);
  const { value: conflicts = [] } = useAnswer(fetchConflicts);
  if (conflicts.length === 0) return null;
  return (
    <section className="invited" data-testid="conflicts">
      <h3>{say('details.conflicts')}</h3>
      <ul>
        {conflicts.map(({ title, startsAt, endsAt }) => (
          <li key={`${startsAt} ${endsAt} ${title}`} className="conflict">
            <span className="ellipsis">{title ?? say('details.busy')}</span>
            <span className="small">{timeRange(startsAt, endsAt, { locale, timeZone })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Buttons({
  occurrence,
  meeting,
  password,
  onEdit,
  onCancel,
  timeZone,
  nowMs,
}: DetailsProps & { meeting: Meeting | undefined }) {
  const { say } = useSay();
  const { title, number, meetingId } = occurrence;
  const link = meetingUrl(location.origin, number);
  const text = useInvitation(timeZone, nowMs)({ ...occurrence, password });
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={text} label={say('details.copyAll')} primary />
        <CopyButton text={link} label={say('details.copyLink')} />
        <CopyButton text={number} label={say('details.copyNumber')} />
        {occurrence.mayChange ? (
          <a className="button small quiet" href={`/meetings/${meetingId}/report`}>
            {say('details.report')}
          </a>
        ) : null}
        <a className="button small quiet" href={`/api/v1/meetings/${meetingId}/calendar.ics`} download={`${title}.ics`}>
          <CalendarPlus size={16} aria-hidden="true" />
          {say('details.calendarFile')}
        </a>
      </div>
      <div className="dialog-buttons sticky">
        {occurrence.mayChange ? (
          <>
            <button type="button" className="button quiet" data-testid="cancel" onClick={onCancel}>
              <X size={18} aria-hidden="true" />
              {say('details.cancel')}
            </button>
            <button
              type="button"
              className="button"
              data-testid="edit"
              disabled={meeting === undefined}
              onClick={onEdit}
            >
              <Pencil size={17} aria-hidden="true" />
              {say('details.edit')}
            </button>
          </>
        ) : null}
        <a className="button primary" href={`/meetings/${meetingId}/join`} data-testid="join">
          <Video size={18} aria-hidden="true" />
          {say('list.join')}
        </a>
      </div>
    </>
  );
}
