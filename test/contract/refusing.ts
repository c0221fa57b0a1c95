import { visibleText } from '../../lambda/crm/notes/reference.ts';
import type { FollowUpKind, Person } from '../../lambda/crm/port/adapter.ts';
import { aConversation } from '../fixtures/conversation.ts';
import { aPerson } from './driving.ts';
import type { Subject } from './subject.ts';
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

/** A log as people read it. */
export const visible = (text: string | undefined) => visibleText(text ?? '');
