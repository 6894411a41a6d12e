import { useTexts } from '../text.ts';
import { State } from '../traffic/parts.tsx';
import type { Delivery } from './api.ts';
import { failureTextOf, resultOf } from './core/results.ts';
import { webhookTexts } from './text.ts';

export function Result({ delivery }: { delivery: Delivery }) {
  const { say } = useTexts(webhookTexts);
  const { tone, text } = resultOf(delivery, say);
  const why = delivery.state === 'delivered' ? undefined : failureTextOf(delivery.lastStatus, delivery.lastError, say);
  return (
    <div className="admin-two">
      <State tone={tone}>{text}</State>
      {why === undefined ? null : <span className="faint small">{why}</span>}
    </div>
  );
}
