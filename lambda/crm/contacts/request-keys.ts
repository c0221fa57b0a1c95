import type { ContactRequest } from '../adapter.ts';
import { fold } from './same.ts';

/** What a contact may be found by: two requests that share one may be the same contact. */
export const requestKeys = ({ person, known }: ContactRequest): readonly string[] => {
  const { email, phone, customerId } = person;
  return [
    ...(known === undefined ? [] : [`id ${known}`]),
    ...(email === null ? [] : [`email ${email}`]),
    ...(phone === null ? [] : [`phone ${phone}`]),
    ...(customerId === null ? [] : [`customerId ${customerId.field} ${fold(customerId.value)}`]),
  ];
};
