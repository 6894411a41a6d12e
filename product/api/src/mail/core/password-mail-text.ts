import type { RestLanguage } from '@meridian/protocol';
import type { PasswordMailKind } from '../../users/core/password-mail.ts';
import { escapedHtml, type MailText } from './meeting-mail-text.ts';

interface Sentences {
  readonly subject: (company: string) => string;
  readonly aboutText: (company: string) => string;
  readonly link: string;
  /** Last sentence; '' for none. */
  readonly end: string;
}

const sentencesByLanguage = {
  en: {
    hello: (name: string) => `Hello ${name},`,
    until: (time: string) => `The link works once, until ${time}.`,
    reset: {
      subject: (company: string) => `Your new password: ${company}`,
      aboutText: (company: string) => `A new password was requested for your account at ${company}.`,
      link: 'Choose a new password',
      end: 'If this was not you, ignore this mail: your password does not change.',
    },
    link: {
      subject: (company: string) => `Choose your password: ${company}`,
      aboutText: (company: string) => `An administrator has sent you this link to choose your password at ${company}.`,
      link: 'Choose a password',
      end: '',
    },
    elsewhere: {
      subject: (company: string) => `How you sign in: ${company}`,
      aboutText: (company: string) =>
        `A new password was requested for your account at ${company}. You sign in there through your organisation’s sign-in service, so there is no password to change here.`,
      link: 'Sign in',
      end: 'If this was not you, ignore this mail.',
    },
  },
  zh: {
    hello: (name: string) => `${name}，您好：`,
    until: (time: string) => `链接仅可使用一次，有效期至 ${time}。`,
    reset: {
      subject: (company: string) => `重置密码：${company}`,
      aboutText: (company: string) => `有人为您在 ${company} 的账户申请了新密码。`,
      link: '设置新密码',
      end: '如果不是您本人申请，请忽略此邮件，密码不会改变。',
    },
    link: {
      subject: (company: string) => `设置密码：${company}`,
      aboutText: (company: string) => `管理员向您发送了此链接，用于设置您在 ${company} 的密码。`,
      link: '设置密码',
      end: '',
    },
    elsewhere: {
      subject: (company: string) => `登录方式：${company}`,
      aboutText: (company: string) =>
        `有人为您在 ${company} 的账户申请了新密码。您通过所在组织的服务登录，此处没有可更改的密码。`,
      link: '登录',
      end: '如果不是您本人申请，请忽略此邮件。',
    },
  },
} as const satisfies Record<
  RestLanguage,
  { hello(name: string): string; until(time: string): string } & Record<PasswordMailKind, Sentences>
>;

export interface PasswordWordsOptions {
  readonly kind: PasswordMailKind;
  readonly language: RestLanguage;
  readonly name: string;
  readonly company: string;
  readonly url: string;
  /** Expiry of the link; 0 if it does not expire. */
  readonly expiresMs: number;
}

/** Escapes people's values in HTML; `url` is ours. */
export function passwordMailText({ kind, language, name, company, url, expiresMs }: PasswordWordsOptions): MailText {
  const texts = sentencesByLanguage[language];
  const { subject, aboutText, link, end } = texts[kind];
  const before = [
    texts.hello(name),
    aboutText(company),
    ...(expiresMs === 0 ? [] : [texts.until(timeText(expiresMs))]),
  ];
  const after = end === '' ? [] : [end];
  const paragraphs = (lines: readonly string[]): string =>
    lines.map((line) => `<p>${escapedHtml(line)}</p>`).join('\n');
  return {
    // A line break in the subject would begin another header.
    subject: subject(company).replaceAll(/\s+/g, ' '),
    text: [...before, `${link}: ${url}`, ...after].join('\n\n'),
    html: `<html lang="${language}"><body>\n${paragraphs(before)}\n<p><a href="${escapedHtml(url)}">${link}</a></p>\n${paragraphs(after)}</body></html>`,
  };
}

/** Returns a time that is unambiguous in all countries: 2026-11-23 09:00 UTC. */
const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
