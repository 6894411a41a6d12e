import { type Finding, type FindingSeverity, figureText, findingSentence, type RestLanguage } from '@meridian/protocol';
import { escapedHtml, type MailText } from '../../mail/core/meeting-mail-text.ts';
import { countOf, type InspectionReport } from './report.ts';

const textsByLanguage = {
  en: {
    subject: (problemCount: number, attentionCount: number) => `${problemCount} problems, ${attentionCount} to review`,
    allFine: 'all fine',
    title: 'Morning report',
    problem: 'Problems',
    attention: 'To review',
    fine: 'Fine',
    limit: 'limit',
    open: 'Open the report',
  },
  zh: {
    subject: (problems: number, attentions: number) => `${problems} 个问题，${attentions} 项需关注`,
    allFine: '一切正常',
    title: '晨检',
    problem: '问题',
    attention: '需关注',
    fine: '正常',
    limit: '阈值',
    open: '打开报告',
  },
} as const;

export interface InspectionMail {
  readonly report: InspectionReport;
  readonly day: string;
  readonly language: RestLanguage;
  readonly timeZone: string;
  /** Origin of the page, without a final slash. */
  readonly publicUrl: string;
}

/** Escapes all text in HTML, because people and nodes choose names and reasons. */
export function inspectionMail({ report, day, language, timeZone, publicUrl }: InspectionMail): MailText {
  const texts = textsByLanguage[language];
  const [problems, attentions] = [countOf(report, 'problem'), countOf(report, 'attention')];
  const sum = problems + attentions === 0 ? texts.allFine : texts.subject(problems, attentions);
  const link = `${publicUrl}/console/inspection?day=${day}`;
  const groups = (['problem', 'attention', 'fine'] as const)
    .map((severity) => ({ severity, own: report.findings.filter((one) => one.severity === severity) }))
    .filter(({ own }) => own.length > 0);
  const line = (finding: Finding): string => {
    const sentence = findingSentence(finding, { language, timeZone });
    const { value, limit, unit } = finding.figure ?? {};
    if (value === undefined || limit === undefined || unit === undefined || finding.severity === 'fine')
      return sentence;
    return `${sentence} (${figureText(value, unit, language)}; ${texts.limit} ${figureText(limit, unit, language)})`;
  };
  const head = `${texts.title} ${day}: ${sum}`;
  const text = groups.flatMap(({ severity, own }) => [texts[severity], ...own.map((one) => `- ${line(one)}`), '']);
  const part = ({ severity, own }: { severity: FindingSeverity; own: readonly Finding[] }): string => {
    const items = own.map(
      (one) => `<li><a href="${escapedHtml(publicUrl + one.path)}">${escapedHtml(line(one))}</a></li>`,
    );
    return `<h2>${texts[severity]}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
  };
  return {
    // A line break in the subject would begin another header.
    subject: head.replaceAll(/\s+/g, ' '),
    text: [head, '', ...text, `${texts.open}: ${link}`].join('\n'),
    html: `<html lang="${language}"><body>\n<h1>${escapedHtml(head)}</h1>\n${groups.map(part).join('\n')}\n<p><a href="${escapedHtml(link)}">${texts.open}</a></p></body></html>`,
  };
}
