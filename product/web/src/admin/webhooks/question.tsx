import { useTexts } from '../text.ts';
import { AskDialog } from '../ui/ask-dialog.tsx';
import type { Webhook, WebhooksApi } from './api.ts';
import type { Secrets } from './secrets.ts';
import { webhookTexts } from './text.ts';

export type QuestionKind = 'pause' | 'resume' | 'rotate' | 'remove';

interface QuestionProps {
  api: WebhooksApi;
  hook: Webhook;
  question: QuestionKind;
  secrets: Secrets;
  onChanged(hook: Webhook): void;
  onRemoved(): void;
  onClose(): void;
}

/** Confirmation of acts that cannot be undone or stop deliveries. */
export function WebhookQuestion({ api, hook, question, secrets, onChanged, onRemoved, onClose }: QuestionProps) {
  const { say } = useTexts(webhookTexts);
  const acts: Readonly<Record<QuestionKind, () => Promise<void>>> = {
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
      title={say(`${question}Title`)}
      button={say(question)}
      isDangerous={question === 'remove'}
      failed={say('notDone')}
      act={acts[question]}
      onClose={onClose}
    >
      <p className="admin-question">{say(`${question}Text`, { url: hook.url })}</p>
    </AskDialog>
  );
}
