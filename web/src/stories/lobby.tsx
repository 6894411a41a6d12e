// The lobby of links: what is shown of the meeting before one joins.
import { type ReactNode, useMemo } from 'react';
import type { LinkLook } from '../core/join-link.ts';
import { Lobby, type LobbyProps } from '../ui/lobby.tsx';
import type { Looked } from '../ui/use-look.ts';
import { alone } from './people.ts';
import { lobbyBase } from './stories.tsx';

const NOW_MS = Date.parse('2026-11-23T12:35:00Z');
const visitor = { now: () => NOW_MS, timeZone: 'Europe/Berlin' };
const today = { startsMs: Date.parse('2026-11-23T13:00:00Z'), endsMs: Date.parse('2026-11-23T14:00:00Z') };
const otherDay = { startsMs: Date.parse('2027-01-04T02:00:00Z'), endsMs: Date.parse('2027-01-04T03:30:00Z') };
const running = { startsMs: Date.parse('2026-11-23T12:30:00Z'), endsMs: Date.parse('2026-11-23T13:30:00Z') };
const logo = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="960" height="280"><rect width="960" height="280" rx="60" fill="#a21caf"/></svg>')}`;
const look: LinkLook = {
  title: 'Design review',
  times: today,
  timeZone: 'Europe/Berlin',
  tenantName: 'Example Company',
  branding: undefined,
  name: undefined,
  passwordNeeded: false,
  state: 'open',
};

function LookStory({
  looked,
  ...more
}: { looked: Looked } & Partial<LobbyProps['link']> & Pick<LobbyProps, 'problem'>) {
  const picture = useMemo(() => alone()[0]?.camera, []);
  const { problem, ...fields } = more;
  const link = { asksPassword: false, number: '', looked, ...fields };
  return <Lobby {...lobbyBase} {...{ link, visitor, picture, problem }} />;
}

const known = (fields: Partial<LinkLook>): Looked => ({ state: 'known', look: { ...look, ...fields } });

export const lobbyStories: Readonly<Record<string, () => ReactNode>> = {
  'lobby-today': () => <LookStory looked={known({})} number="493 817 264" />,
  'lobby-other-day': () => (
    <LookStory
      looked={known({
        title: 'A title that goes on for longer than a phone is wide: 季度评审会议，北京与法兰克福',
        times: otherDay,
        timeZone: 'Asia/Shanghai',
      })}
    />
  ),
  'lobby-company': () => (
    <LookStory
      looked={known({
        name: 'Ana Souza',
        branding: { displayName: 'Nordlicht Versicherungen', accentColor: '#a21caf', logo, supportUrl: null },
      })}
      number="493 817 264"
    />
  ),
  'lobby-running': () => <LookStory looked={known({ times: running })} isNameFixed />,
  'lobby-cancelled': () => <LookStory looked={known({ state: 'cancelled', tenantName: '' })} isNameFixed />,
  'lobby-over': () => <LookStory looked={known({ state: 'over', times: undefined, tenantName: '' })} isNameFixed />,
  'lobby-password': () => (
    <LookStory looked={known({ title: undefined, passwordNeeded: true })} asksPassword number="493 817 264" />
  ),
  'lobby-room': () => <LookStory looked={known({ title: 'Board room', times: undefined, timeZone: undefined })} />,
  'lobby-looking': () => <LookStory looked={{ state: 'asking' }} number="493 817 264" />,
  'lobby-gone': () => (
    <LookStory
      looked={{ state: 'refused', code: 'NUMBER_INVALID' }}
      problem={{ code: 'NUMBER_INVALID', foreseen: true }}
      number="493 817 264"
    />
  ),
};
