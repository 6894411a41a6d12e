import {
  BellRing,
  ChartColumn,
  ClipboardCheck,
  Coins,
  Globe,
  LayoutGrid,
  type LucideIcon,
  PhoneCall,
  Presentation,
  ScrollText,
  Server,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { CONTENT_ID, SectionNav } from '../../account/ui/navigation.tsx';
import { useTexts } from '../../admin/text.ts';
import { badgeOf } from '../alarms/core/order.ts';
import { useLiveAlarms } from '../alarms/live.tsx';
import { alarmTexts } from '../alarms/text.ts';
import { consolePath, type MenuPage } from '../core/route.ts';
import { frameTexts } from '../text.ts';

const icons: Readonly<Record<MenuPage, LucideIcon>> = {
  map: Globe,
  inspection: ClipboardCheck,
  alarms: BellRing,
  fleet: Server,
  rooms: Presentation,
  logs: ScrollText,
  dial: PhoneCall,
  wall: LayoutGrid,
  report: ChartColumn,
  cost: Coins,
};

interface ShellProps {
  /** Header with the signed-in user. */
  head: ReactNode;
  entries: readonly MenuPage[];
  entry: MenuPage | undefined;
  children: ReactNode;
}

/** Frame of the console: its pages at full width. */
export function ConsoleShell({ head, entries, entry, children }: ShellProps) {
  const { say } = useTexts(frameTexts);
  return (
    <div className="account admin console">
      {head}
      <SectionNav
        label={say('menu')}
        icons={icons}
        current={entry}
        sections={entries.map((name) => ({
          name,
          href: consolePath({ page: name }),
          text: (
            <>
              {say(name)}
              {name === 'alarms' ? <AlarmCount /> : null}
            </>
          ),
        }))}
      />
      <main id={CONTENT_ID} tabIndex={-1} className="console-main grid gap-5 content-start min-w-0">
        {children}
      </main>
    </div>
  );
}

const COUNT_MAX = 99;

function AlarmCount() {
  const { say } = useTexts(alarmTexts);
  const { value } = useLiveAlarms();
  const { count, hasCritical } = badgeOf(value?.alarms ?? []);
  if (count === 0) return null;
  return (
    <span
      className="console-count rounded-full text-s tabular text-center"
      data-critical={hasCritical ? '' : undefined}
    >
      <span aria-hidden="true">
        {hasCritical ? '!' : ''}
        {count > COUNT_MAX ? `${COUNT_MAX}+` : count}
      </span>
      <span className="visually-hidden">{say(hasCritical ? 'badgeCritical' : 'badge', { count })}</span>
    </span>
  );
}
