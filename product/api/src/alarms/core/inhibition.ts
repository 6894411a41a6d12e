// Inhibition: while an alarm's cause fires, receivers are not notified of the alarm.
import type { Source } from './rule.ts';

export interface AlarmIdentity {
  readonly rule: string;
  readonly source: Source;
  readonly labels: Readonly<Record<string, string>>;
}

export function inhibits(cause: AlarmIdentity, effect: AlarmIdentity): boolean {
  if (cause.rule === effect.rule) return false;
  const { labels } = effect;
  const isOf = (name: string, otherName: string): boolean => {
    const value = cause.labels[name];
    return value !== undefined && value !== '' && (labels[name] === value || labels[otherName] === value);
  };
  switch (cause.rule) {
    case 'centre-unreachable':
      return effect.source === 'centre';
    case 'region-lost':
      return effect.source !== 'own' && isOf('region', 'otherRegion');
    case 'host-lost':
      return effect.rule !== 'region-lost' && isOf('host', 'otherHost');
    case 'node-lost':
      return isOf('node', 'node');
    case 'disk-full':
      return effect.rule === 'disk' && isOf('node', 'node');
    // Where no call succeeds, pairs and streams fail too; the quality of real sessions there remains a separate alarm.
    case 'dial-region':
      return (effect.rule === 'dial-pair' || effect.rule === 'dial-stream') && isOf('region', 'otherRegion');
    case 'deliveries-late-many':
      return effect.rule === 'deliveries-late' && isOf('region', 'region');
    case 'capacity':
      return effect.rule === 'capacity-forecast' && isOf('region', 'region');
    default:
      return false;
  }
}
