import { useTexts } from '../text.ts';
import { AskDialog } from '../ui/ask-dialog.tsx';
import type { Webhook, WebhooksApi } from './api.ts';
import type { Secrets } from './secrets.ts';
import { webhookTexts } from './text.ts';

export type Asked = 'pause' | 'resume' | 'rotate' | 'remove';

interface QuestionProps {
  api: WebhooksApi;
  hook: Webhook;
  asked: Asked;
  secrets: Secrets;
  onChanged(hook: Webhook): void;
  onRemoved(): void;
  onClose(): void;
}

/** Confirmation of acts that cannot be undone or stop deliveries. */
export function WebhookQuestion({ api, hook, asked, secrets, onChanged, onRemoved, onClose }: QuestionProps) {
  const { say } = useTexts(webhookTexts);
  const acts: Readonly<Record<Asked, () => Promise<void>>> = {
    pause: async () => onChanged(await api.change(hook.id, { enabled: false })),
    resume: async () => onChanged(await api.change(hook.id, { enabled: true })),
    rotate: async () => onChanged(secrets.take(await api.rotate(hook.id), true)),
    remove: async () => {
      await api.remove(hook.id);
      onRemoved();
    },
  };
  return (
    <AskDialog
      title={say(`${asked}Title`)}
      button={say(asked)}
      isDangerous={asked === 'remove'}
      failed={say('notDone')}
      act={acts[asked]}
      onClose={onClose}
    >
      <p className="admin-question">{say(`${asked}Text`, { url: hook.url })}</p>
    </AskDialog>
  );
}
