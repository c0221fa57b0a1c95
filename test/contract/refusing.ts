import { expect } from '@jest/globals';
import { visibleText } from '../../lambda/crm/notes/entry.ts';
import type { CrmAdapter, FollowUpKind, Person } from '../../lambda/crm/port/adapter.ts';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { aConversation } from '../fixtures/conversation.ts';
import { deliverAll } from './delivering.ts';
import { aPerson } from './driving.ts';
import type { Contact, Subject } from './subject.ts';
import { subjects } from './subjects.ts';

/** What the tests of refusals share: ten visitors, one of whom the CRM does not take as they are. */
export const ten = Array.from({ length: 10 }, (_, at) => at);
export const bad = 7;

export const visitor = (at: number, parts: Partial<Person> = {}): Person =>
  aPerson({ email: `visitor-${at}@example.com`, name: `Eva Nováková-${'abcdefghij'[at]}`, ...parts });

export const phone = '+420601123456';
export const chat = aConversation({ messages: [], outcome: 'missed' });

export const keepers = Object.entries(subjects).filter(([, { contacts }]) => contacts !== null);

export const kindsOf = ({ followUps }: Subject) => Object.keys(followUps) as FollowUpKind[];

/** Each person's chat, all at once. */
export const deliverToAll = (adapter: CrmAdapter, people: readonly Person[]) =>
  deliverAll(
    adapter,
    people.map((person) => ({ person })),
  );

/** The contacts that have an address. */
export const reachable = ({ all }: { readonly all: () => readonly Contact[] }) =>
  all().filter(({ email }) => email !== undefined);

/** Each chat has arrived, and those alone lack something. */
export function expectWarned(deliveries: readonly Delivery[], warned: readonly number[]): void {
  expect(deliveries.map(({ state }) => state)).toEqual(deliveries.map(() => 'delivered'));
  expect(deliveries.flatMap(({ warnings }, at) => (warnings.length > 0 ? [at] : []))).toEqual(warned);
}

/** A log as people read it. */
export const visible = (text: string | undefined) => visibleText(text ?? '');
