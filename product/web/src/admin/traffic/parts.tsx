import { ArrowLeft, CircleAlert, CircleCheck, CircleX, Copy, Hourglass, type LucideIcon, RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Trouble } from '../../account/ui/fields.tsx';
import { adminPath, type Section } from '../core/route.ts';
import { useTexts } from '../text.ts';
import { sharedTexts } from '../ui/texts.ts';
import { trafficTexts } from './text.ts';
import type { Tone } from './tone.ts';
import '../../styles/admin-traffic.css';

export function State({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="admin-state inline-flex items-center gap-6px one-line" data-tone={tone}>
      {children}
    </span>
  );
}

export function BackLink({ section }: { section: Section }) {
  const { say } = useTexts(trafficTexts);
  return (
    <a className="admin-back" data-testid="back" href={adminPath({ section })}>
      <ArrowLeft size={16} aria-hidden="true" />
      {say('back')}
    </a>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="admin-facts grid">{children}</dl>;
}

/** A name with its value; renders nothing without a value ('', undefined). */
export function Fact({ name, children }: { name: string; children?: ReactNode }) {
  if (children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Part({ title, tools, children }: { title: string; tools?: ReactNode; children: ReactNode }) {
  return (
    <section className="admin-part grid gap-3 min-w-0" aria-label={title}>
      <div className="admin-part-head in-row flex-wrap justify-between gap-2-3">
        <h2>{title}</h2>
        {tools === undefined ? null : <div className="admin-tools">{tools}</div>}
      </div>
      {children}
    </section>
  );
}

export function LoadTrouble({ problem, onRetry }: { problem: unknown; onRetry(): void }) {
  const { say } = useTexts(sharedTexts);
  return (
    <Trouble title={say('failed')} error={problem}>
      <button type="button" className="button small" onClick={onRetry}>
        <RotateCw size={16} aria-hidden="true" />
        {say('retry')}
      </button>
    </Trouble>
  );
}

export function Stale() {
  const { say } = useTexts(trafficTexts);
  return (
    <p className="admin-stale" role="status">
      {say('stale')}
    </p>
  );
}

const icons: Readonly<Record<Tone, LucideIcon>> = {
  good: CircleCheck,
  warn: CircleAlert,
  bad: CircleX,
  quiet: Hourglass,
};

export function Outcome({ tone, title, children }: { tone: Tone; title: string; children?: ReactNode }) {
  const Icon = icons[tone];
  return (
    <div className={`notice admin-outcome ${tone === 'bad' ? 'bad' : ''}`} data-tone={tone} role="status">
      <Icon size={20} aria-hidden="true" />
      <strong>{title}</strong>
      {children === undefined ? null : <p>{children}</p>}
    </div>
  );
}

export function CopyText({ text, label }: { text: string; label: string }) {
  const { say } = useTexts(sharedTexts);
  const traffic = useTexts(trafficTexts);
  const [announcement, setAnnouncement] = useState('');
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setAnnouncement(say('copied')),
      (error: unknown) => {
        console.info('The browser did not copy:', error);
        setAnnouncement(traffic.say('copyFailed'));
      },
    );
  };
  return (
    <button type="button" className="button small quiet" onClick={copy} onBlur={() => setAnnouncement('')}>
      <Copy size={16} aria-hidden="true" />
      <span aria-live="polite">{announcement === '' ? label : announcement}</span>
    </button>
  );
}
