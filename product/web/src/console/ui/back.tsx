import { ArrowLeft } from 'lucide-react';
import { useTexts } from '../../admin/text.ts';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { type ConsoleRoute, consolePath } from '../core/route.ts';

export function Back({ route }: { route: ConsoleRoute }) {
  const { say } = useTexts(trafficTexts);
  return (
    <a className="admin-back" data-testid="back" href={consolePath(route)}>
      <ArrowLeft size={16} aria-hidden="true" />
      {say('back')}
    </a>
  );
}
