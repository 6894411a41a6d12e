// What a mail to a user says of its password.

/**
 * `reset`: a link that the user asked for, or another person; `link`: one of an administrator; `elsewhere`: a reset was
 * asked for, but the user signs in at a provider and has no password here.
 */
export type PasswordMailKind = 'reset' | 'link' | 'elsewhere';
