// REST operation for the page /signin/forgot.
import { restLanguageOf } from '@meridian/protocol';
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { UserDeps } from './deps.ts';
import { mailLanguage } from './user-schemas.ts';

export const askForPassword = operation({
  id: 'askForPassword',
  method: 'POST',
  path: '/password-resets',
  tag: 'Sign-in',
  summary: 'Request a mail with a link to set a new password.',
  description:
    'The answer is the same whether the e-mail is known or not. Each active account with this e-mail, in any tenant, gets a mail with a link that works once, within 24 hours; an account that signs in at a provider gets a mail that says so. The audit logs of these tenants record it.',
  scope: 'public',
  body: Type.Object({
    email: Type.String({ minLength: 1, maxLength: 254 }),
    language: mailLanguage,
  }),
  answers: { 202: Type.Object({}, { title: 'PasswordAskedFor' }) },
  problems: ['MAIL_NOT_CONFIGURED'],
});

export function addResetOperations(routes: Routes, { resets }: UserDeps): void {
  routes.add(askForPassword, async ({ body, request, clientIp }) => {
    if (resets === undefined) throw new Problem('MAIL_NOT_CONFIGURED');
    const language = body.language ?? restLanguageOf(request.headers['accept-language']);
    await resets.requestReset({ email: body.email, address: clientIp, requestId: request.id, language });
    return { body: {} };
  });
}
