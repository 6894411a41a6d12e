import { CircleCheck, X } from 'lucide-react';
import type { AccountApi } from '../api.ts';
import { invitationText, meetingUrl, spacedNumber } from '../core/invitation-text.ts';
import type { Meeting, MyOccurrence } from '../core/model.ts';
import { whenText } from '../core/words.ts';
import { currentName } from '../core/zones.ts';
import { useSay } from '../text.ts';
import { InviteeLinks } from './invited.tsx';
import { CopyButton } from './small-dialogs.tsx';

type Invited = Pick<MyOccurrence, 'title' | 'startsAt' | 'endsAt' | 'number'> & { readonly password: string };

export function useInvitation(timeZone: string, nowMs: number): (one: Invited) => string {
  const { say, locale } = useSay();
  return ({ title, startsAt, endsAt, number, password }) =>
    invitationText({
      title,
      link: meetingUrl(location.origin, number),
      number: spacedNumber(number),
      password,
      when: `${whenText(startsAt, endsAt, nowMs, { say, locale, timeZone })} (${currentName(timeZone)})`,
      labels: { link: say('details.link'), number: say('details.number'), password: say('details.password') },
    });
}

interface BookedProps {
  meeting: Meeting;
  api: AccountApi;
  /** Password set at booking; '' for none. */
  password: string;
  timeZone: string;
  nowMs: number;
  onClose(): void;
}

export function BookedMeeting({ meeting, api, password, timeZone, nowMs, onClose }: BookedProps) {
  const { say } = useSay();
  const invitation = useInvitation(timeZone, nowMs);
  const { title, startsAt, number, durationMinutes } = meeting;
  const endsAt = new Date(Date.parse(startsAt) + durationMinutes * 60_000).toISOString();
  return (
    <div className="notice booked" role="status" data-testid="booked">
      <CircleCheck size={20} aria-hidden="true" />
      <strong>{say('list.booked', { title })}</strong>
      <p>{meetingUrl(location.host, number)}</p>
      <div className="dialog-buttons">
        <CopyButton
          text={invitation({ title, startsAt, endsAt, number, password })}
          label={say('details.copyAll')}
          primary
        />
        <CopyButton text={meetingUrl(location.origin, number)} label={say('details.copyLink')} />
      </div>
      <InviteeLinks {...{ meeting, api }} />
      <button type="button" className="icon-button bare" aria-label={say('list.bookedClose')} onClick={onClose}>
        <X size={18} aria-hidden="true" />
      </button>
    </div>
  );
}
