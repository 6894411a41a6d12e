// Roles of users, by falling rights.
export const roles = ['watcher', 'operator', 'admin', 'host', 'member'] as const;
export type UserRole = (typeof roles)[number];

export const isRole = (text: string): text is UserRole => roles.some((role) => role === text);

/** Roles that exist only in the operators' organisation. */
export const isOperatorRole = (role: UserRole): boolean => role === 'watcher' || role === 'operator';
export const isAdminRole = (role: string): boolean => role === 'admin' || (isRole(role) && isOperatorRole(role));
