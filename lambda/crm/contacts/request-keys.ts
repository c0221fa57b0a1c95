import type { ContactRequest } from '../port/adapter.ts';
import { fold } from './matching.ts';

/** Requests that share a key may be the same contact, and must not be in one run. An anonymous person has no key. */
export const requestKeys = ({ person: { email, phone, customerId }, known }: ContactRequest): readonly string[] => [
  ...(email === null ? [] : [`email ${fold(email)}`]),
  ...(phone === null ? [] : [`phone ${phone}`]),
  ...(customerId === null ? [] : [`customerId ${customerId.field} ${fold(customerId.value)}`]),
  ...(known === undefined ? [] : [`id ${known}`]),
];
