import { Gauge } from 'lucide-react';
import { checkHref } from '../room/check-link.ts';
import { useTranslate } from './language.tsx';

/** To the page that checks the connection. `isAside`: in a window of its own, as the call goes on in this one. */
export function CheckLink({ isAside = false }: { isAside?: boolean }) {
  const t = useTranslate();
  return (
    <a
      className="button small quiet check-link"
      href={checkHref()}
      target={isAside ? '_blank' : undefined}
      rel="noreferrer"
      data-testid="check-link"
    >
      <Gauge size={15} aria-hidden="true" />
      {t('check.link')}
    </a>
  );
}
