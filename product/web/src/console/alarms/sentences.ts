import { placeName } from '../../core/place-name.ts';
import type { Language } from '../../core/query.ts';
import type { Alarm } from '../types.ts';
import { isRuleId, ruleTexts } from './rule-texts.ts';

/** Returns the title of a rule; the id if the rule is unknown. */
export function ruleTitle(rule: string, language: Language): string {
  if (!isRuleId(rule)) return rule;
  return language === 'zh' ? ruleTexts.zh[rule].title : ruleTexts.en[rule];
}

/** Returns the meaning of a rule; `reason`: the API's text. */
export const ruleMeaning = (rule: string, reason: string, language: Language): string =>
  language === 'zh' && isRuleId(rule) ? ruleTexts.zh[rule].meaning : reason;

/** Returns the origin of a rule's limit, in Chinese where available; `source`: the API's text. */
export function limitSourceOf(rule: string, source: string, language: Language): { text: string; language: Language } {
  const own = language === 'zh' && isRuleId(rule) ? ruleTexts.zh[rule].source : undefined;
  return own === undefined ? { text: source, language: 'en' } : { text: own, language };
}

/** Formats a label's value: a site shows its city. */
export function labelText(label: string, value: string, language: Language): string {
  if (label === 'site' || label === 'otherSite') return placeName(value.slice(value.lastIndexOf('/') + 1), language);
  return label === 'region' || label === 'otherRegion' ? placeName(value, language) : value;
}

export const labelName = (label: string, language: Language): string =>
  (language === 'zh' ? labelNamesZh.get(label) : undefined) ?? label;

const labelNamesZh: ReadonlyMap<string, string> = new Map([
  ['node', '节点'],
  ['otherNode', '对端节点'],
  ['site', '站点'],
  ['otherSite', '对端站点'],
  ['region', '区域'],
  ['otherRegion', '对端区域'],
  ['host', '主机'],
  ['otherHost', '对端主机'],
  ['kind', '类型'],
  ['stage', '环节'],
  ['tenant', '租户'],
  ['room', '房间'],
]);

export function subjectText({ subject, labels }: Pick<Alarm, 'subject' | 'labels'>, language: Language): string {
  const { site = '', otherSite = '', region = '', otherRegion = '' } = labels;
  if (subject === 'centre') return language === 'zh' ? '调度中心' : 'centre';
  if (subject === `${site} - ${otherSite}`)
    return `${labelText('site', site, language)} – ${labelText('site', otherSite, language)}`;
  if (subject === `${region} - ${otherRegion}`)
    return `${labelText('region', region, language)} – ${labelText('region', otherRegion, language)}`;
  if (subject === site) return labelText('site', site, language);
  return subject === region ? labelText('region', region, language) : subject;
}

/** Returns the alarm with the title of its booked room for the room's name, in its subject and text. */
export function titledAlarm<A extends Pick<Alarm, 'subject' | 'labels'> & { readonly text?: string }>(
  alarm: A,
  titleOf: (room: { readonly tenant: string; readonly room: string }) => string,
): A {
  const { tenant = '', room = '' } = alarm.labels;
  const title = room === '' ? '' : titleOf({ tenant, room });
  if (title === '') return alarm;
  const titled = (text: string): string => text.replace(`${tenant}/${room}`, () => title);
  return {
    ...alarm,
    subject: titled(alarm.subject),
    ...(alarm.text !== undefined && { text: titled(alarm.text) }),
  };
}

export type DescribedAlarm = Pick<Alarm, 'rule' | 'subject' | 'labels' | 'text' | 'state' | 'value' | 'limit' | 'unit'>;
export type Figure = (value: number, unit: string) => string;

/** Returns this page's Chinese sentence; in English, or for an unknown rule, the API's text. */
export function sentenceOf(alarm: DescribedAlarm, language: Language, figure: Figure): string {
  const { rule, labels, state, unit } = alarm;
  if (language !== 'zh' || !isRuleId(rule)) return alarm.text;
  const name = subjectText(alarm, language);
  // For an ended alarm, the API's text describes the current good state.
  if (state === 'over') return `${name}：已恢复正常。`;
  if (state === 'clearing') return `${name}：已好转，正在观察是否稳定。`;
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, labelText(label, value, language)])),
    subject: name,
    value: figure(Math.abs(alarm.value), unit),
    limit: figure(alarm.limit, unit),
  };
  const { says, saysBelow = says } = ruleTexts.zh[rule];
  // Labels missing in this alarm are removed with their brackets.
  return (
    (alarm.value < 0 ? saysBelow : says)
      .replaceAll(/（([^{（）]*)\{(\w+)\}）/g, (_all, before: string, name: string) =>
        (values[name] ?? '') === '' ? '' : `（${before}${values[name]}）`,
      )
      .replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '')
      .replace(/：。$/, '。')
      // Chinese text around a Chinese value has no spaces.
      .replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
  );
}
