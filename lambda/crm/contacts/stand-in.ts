import type { Person } from '../adapter.ts';
import { splitName } from './person-name.ts';

const nobody = 'Visitor';

/** First and last name in one, for CRMs that keep them in one; undefined where none is known. */
export function fullName({ name, countryCode }: Pick<Person, 'name' | 'countryCode'>): string | undefined {
  const { first, last } = splitName(name, countryCode);
  return [first, last].filter((part) => part !== undefined).join(' ') || undefined;
}

/** What a CRM that insists on a name is given where none is known. */
export function standIn({ email, phone, customerId }: Pick<Person, 'email' | 'phone' | 'customerId'>): string {
  return email?.split('@')[0] ?? phone ?? customerId?.value ?? nobody;
}

/**
 * Whether what a contact has for a name is only a stand-in, of ours or of the CRM's own making: its address, the part
 * before the `@`, its number, or the customer id of the person that it is. A real name may take its place.
 * @param contact what stands on the contact, of whatever type
 */
export function isStandIn(
  name: unknown,
  contact: { readonly email: unknown; readonly phone: unknown },
  { customerId }: Pick<Person, 'customerId'>,
): boolean {
  if (typeof name !== 'string') return name === null || name === undefined || name === false;
  const [email = '', ...others] = [contact.email, contact.phone, customerId?.value].map((text) =>
    typeof text === 'string' ? fold(text) : '',
  );
  return ['', fold(nobody), email, email.split('@')[0], ...others].includes(fold(name));
}

const fold = (text: string) => text.trim().toLowerCase();
