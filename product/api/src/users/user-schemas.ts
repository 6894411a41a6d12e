import { Type } from 'typebox';
import { pageOf } from '../http/page.ts';
import { Time, timeText } from '../http/time.ts';
import { BrandingSchema } from '../tenant/branding.ts';
import type { User } from './user.ts';

export const UserSchema = Type.Object(
  {
    id: Type.String({ description: 'Also the identity with which the user joins rooms.' }),
    email: Type.String(),
    name: Type.String(),
    role: Type.String(),
    active: Type.Boolean(),
    hasPassword: Type.Boolean(),
    createdAt: Time,
  },
  { title: 'User' },
);
export const UserPage = pageOf(UserSchema, 'UserPage');

export const shownUser = ({ id, email, name, role, isActive, hasPassword, createdMs }: User) => ({
  id,
  email,
  name,
  role,
  active: isActive,
  hasPassword,
  createdAt: timeText(createdMs),
});

export const Me = Type.Object(
  {
    id: Type.String({ description: 'Also the identity with which you join rooms.' }),
    tenant: Type.String(),
    email: Type.String(),
    name: Type.String(),
    role: Type.String(),
    hasPassword: Type.Boolean({ description: 'False for a user who can sign in at a provider only.' }),
    scopes: Type.Array(Type.String()),
    branding: BrandingSchema,
    ofOperators: Type.Optional(
      Type.Boolean({ description: 'True if users of your tenant can have the role `operator`.' }),
    ),
  },
  { title: 'Me' },
);

export const mailLanguage = Type.Optional(
  Type.Union([Type.Literal('en'), Type.Literal('zh')], {
    description: 'Language of the mail; default: that of `Accept-Language`.',
  }),
);

export const newPassword = Type.String({ minLength: 10, maxLength: 128 });
