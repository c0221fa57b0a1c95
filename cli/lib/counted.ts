import type { LooseBody, Person } from './find-person.ts';

/** `1 chat, 1 refused body, 2 bodies still on the queue`; `nothing`. */
export const counted = ({ chats, bodies }: Pick<Person, 'chats' | 'bodies'>): string =>
  [...(chats.length > 0 ? [many(chats.length, 'chat')] : []), ...bodiesCounted(bodies)].join(', ') || 'nothing';

/** What is no recorded chat, by what it is. */
export function bodiesCounted(bodies: readonly Pick<LooseBody, 'where'>[]): readonly string[] {
  const refused = bodies.filter(({ where }) => where === 'rejected').length;
  const queued = bodies.length - refused;
  return [
    ...(refused > 0 ? [many(refused, 'refused body', 'refused bodies')] : []),
    ...(queued > 0 ? [many(queued, 'body still on the queue', 'bodies still on the queue')] : []),
  ];
}

export const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
