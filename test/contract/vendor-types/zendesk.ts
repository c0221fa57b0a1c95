import type { CreateOrUpdateTicket } from 'node-zendesk/clients/core/tickets';
import type { User } from 'node-zendesk/clients/core/users';

/** Bodies as node-zendesk declares them. Its queries have no types. */
export type Sent = {
  'POST /api/v2/tickets': CreateOrUpdateTicket;
  'POST /api/v2/users': { user: Pick<User, 'name'> & NewUser };
  'POST /api/v2/users/create_or_update': { user: NewUser };
  'PUT /api/v2/tickets/{id}': CreateOrUpdateTicket;
  'PUT /api/v2/users/{id}': { user: NewUser };
};

/** `skip_verify_email` is only written (https://developer.zendesk.com/api-reference/ticketing/users/users/#create-user). */
type NewUser = Partial<User> & { skip_verify_email?: boolean };
