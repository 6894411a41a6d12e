import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { ConsoleApi } from '../api.ts';
import type { PageProps } from '../ports.ts';
import { Back } from '../ui/back.tsx';
import { Receivers } from './receivers.tsx';
import { Rules } from './rules.tsx';
import { settingsTexts } from './settings-text.ts';
import { Silences } from './silences.tsx';
import '../../styles/console-pages.css';
import '../../styles/console-alarms.css';

export function AlarmSettingsPage({ ports }: PageProps<'alarm-settings'>) {
  const { say } = useTexts(settingsTexts);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  return (
    <>
      <Back route={{ page: 'alarms' }} />
      <PageTitle title={say('title')} />
      <Receivers api={api} />
      <Silences api={api} ports={ports} />
      <Rules api={api} />
    </>
  );
}
