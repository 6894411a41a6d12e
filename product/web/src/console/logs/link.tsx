import { ScrollText } from 'lucide-react';
import { useTexts } from '../../admin/text.ts';
import { logsTexts } from './text.ts';

export function LogsLink({ href }: { href: string }) {
  const { say } = useTexts(logsTexts);
  return (
    <a className="button quiet small logs-link" href={href}>
      <ScrollText size={16} aria-hidden="true" />
      {say('logs')}
    </a>
  );
}
