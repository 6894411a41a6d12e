// Inhibition: while an alarm's cause fires, receivers are not notified of the alarm.
import type { Source } from './rule.ts';

export interface AlarmIdentity {
  readonly rule: string;
  readonly source: Source;
  readonly labels: Readonly<Record<string, string>>;
}

export function inhibits(cause: AlarmIdentity, other: AlarmIdentity): boolean {
  if (cause.rule === other.rule) return false;
  const { labels } = other;
  const isOf = (name: string, otherName: string): boolean => {
    const value = cause.labels[name];
    return value !== undefined && value !== '' && (labels[name] === value || labels[otherName] === value);
  };
  switch (cause.rule) {
    case 'centre-unreachable':
      return other.source === 'centre';
    case 'region-lost':
      return other.source !== 'own' && isOf('region', 'otherRegion');
    case 'host-lost':
      return other.rule !== 'region-lost' && isOf('host', 'otherHost');
    case 'node-lost':
      return isOf('node', 'node');
    case 'disk-full':
      return other.rule === 'disk' && isOf('node', 'node');
    // Where no call succeeds, pairs and streams fail too; the quality of real sessions there remains a separate alarm.
    case 'dial-region':
      return (other.rule === 'dial-pair' || other.rule === 'dial-stream') && isOf('region', 'otherRegion');
    case 'deliveries-late-many':
      return other.rule === 'deliveries-late' && isOf('region', 'region');
    case 'capacity':
      return other.rule === 'capacity-forecast' && isOf('region', 'region');
    default:
      return false;
  }
}
