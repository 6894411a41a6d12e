import { softwareVersion } from '@meridian/protocol';
import { useTranslate } from './language.tsx';
import { Attribution, BrandText } from './parts.tsx';
import { Popover } from './popover.tsx';

export function AboutPopover({ onClose }: { onClose(): void }) {
  const t = useTranslate();
  return (
    <Popover name="about" title={t('about.title')} onClose={onClose}>
      <div className="about">
        <BrandText />
        <dl className="facts">
          <div>
            <dt>{t('about.version')}</dt>
            <dd>{softwareVersion}</dd>
          </div>
          <div>
            <dt>{t('about.licence')}</dt>
            <dd>
              <a href="/LICENSE.txt" target="_blank" rel="noreferrer">
                Apache-2.0
              </a>
            </dd>
          </div>
          <div>
            <dt>{t('about.places')}</dt>
            <dd>
              <Attribution />
            </dd>
          </div>
        </dl>
        <a href="/NOTICE.txt" target="_blank" rel="noreferrer">
          {t('about.notices')}
        </a>
      </div>
    </Popover>
  );
}
