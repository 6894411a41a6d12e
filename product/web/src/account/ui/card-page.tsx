import { LifeBuoy } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { type Branding, windowTitleOf } from '../../core/branding.ts';
import { CompanyBrand, useAccent } from '../../ui/branding.tsx';
import { LanguageSwitch } from '../../ui/parts.tsx';
import { useSay } from '../text.ts';

interface CardPageProps {
  title: string;
  lead: string;
  branding?: Branding | undefined;
  children: ReactNode;
}

export function CardPage({ title, lead, branding, children }: CardPageProps) {
  useTitleAndAccent(title, branding);
  return (
    <div className="notice-page">
      <header className="page-head">
        <CompanyBrand branding={branding} />
        <LanguageSwitch />
      </header>
      <main className="card-main" data-testid="card">
        <div className="join-card grid gap-4 bordered rounded-l bg-surface shadow">
          <div>
            <h1>{title}</h1>
            <p className="faint">{lead}</p>
          </div>
          {children}
        </div>
        <SupportLink branding={branding} />
      </main>
    </div>
  );
}

export function useWindowTitle(title: string, branding: Branding | undefined): void {
  const text = windowTitleOf(title, branding);
  useEffect(() => {
    document.title = text;
  }, [text]);
}

export function useTitleAndAccent(title: string, branding: Branding | undefined): void {
  useWindowTitle(title, branding);
  useAccent(branding?.accentColor ?? null);
}

function SupportLink({ branding }: { branding: Branding | undefined }) {
  const { say } = useSay();
  if (branding === undefined || branding.supportUrl === null) return null;
  return (
    <a
      className="support in-row gap-6px justify-center text-soft"
      href={branding.supportUrl}
      target="_blank"
      rel="noreferrer"
    >
      <LifeBuoy size={16} aria-hidden="true" />
      {say('common.support')}
    </a>
  );
}
