import type { Person } from './find-person.ts';

/** `1 chat and 2 other bodies`. */
export const counted = ({ chats, bodies }: Pick<Person, 'chats' | 'bodies'>): string =>
  `${many(chats.length, 'chat')} and ${many(bodies.length, 'other body', 'other bodies')}`;

export const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
