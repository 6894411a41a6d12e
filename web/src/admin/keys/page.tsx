import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { PageTitle } from '../ui/shell.tsx';
import { sharedTexts } from '../ui/texts.ts';

export function KeysPage(_: { ports: AdminPorts; id?: string | undefined }) {
  const { say } = useTexts(sharedTexts);
  return <PageTitle title={say('keys')} />;
}
