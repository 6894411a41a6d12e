// Why a call was refused, where the texts of the meetings' pages would speak of a meeting. Pure.
import type { Texts } from '../text.ts';

const en = {
  VERSION_CONFLICT: 'It has been changed elsewhere meanwhile. Close this, look at the change, and try again.',
  CONFLICT: 'As things are at the moment, this cannot be done.',
  NOT_FOUND: 'It is not there any more.',
  ALREADY_EXISTS: 'There is one of this name already.',
  MAIL_NOT_CONFIGURED: 'This service sends no mails. Make the link without one, and pass it on yourself.',
  ROLE_REFUSED: 'Only users of the operators’ organisation can be operators.',
  LAST_ADMIN:
    'This is the last active administrator. Make another user an administrator first: otherwise this page would be closed to all.',
} as const;
export type ReasonKey = keyof typeof en;

export const reasonTexts: Texts<ReasonKey> = {
  en,
  zh: {
    VERSION_CONFLICT: '内容已在别处被修改。请关闭此窗口，查看变更后重试。',
    CONFLICT: '当前状态下无法执行此操作。',
    NOT_FOUND: '该内容已不存在。',
    ALREADY_EXISTS: '同名内容已存在。',
    MAIL_NOT_CONFIGURED: '本服务不发送邮件。请不通过邮件生成链接，并自行转交。',
    ROLE_REFUSED: '只有运维组织的用户可以担任运维角色。',
    LAST_ADMIN: '这是最后一位有效的管理员。请先将另一位用户设为管理员，否则将无人能打开此页面。',
  },
};

/** Texts of a page for codes that mean something else there. */
export type Reasons = Readonly<Record<string, string>>;

export const isReasonKey = (code: string): code is ReasonKey => Object.hasOwn(en, code);
