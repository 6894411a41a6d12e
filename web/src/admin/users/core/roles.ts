// Roles of users, the one with most rights first. Pure.
export const roles = ['operator', 'admin', 'host', 'member'] as const;
export type UserRole = (typeof roles)[number];

export const isRole = (text: string): text is UserRole => roles.some((role) => role === text);
