export type StoredUser = Record<string, unknown> & { readonly id: number };
export type StoredTicket = Record<string, unknown> & {
  readonly id: number;
  status: string;
  readonly comments: StoredComment[];
};
type StoredComment = {
  readonly id: number;
  readonly html_body: string;
  readonly public: boolean;
  readonly attachments: { readonly id: number; file_name: string; readonly size: number }[];
};
export type ZendeskStore = ReturnType<typeof createZendeskStore>;

/** Zendesk's users and tickets in memory. */
export function createZendeskStore() {
  const users = new Map<number, StoredUser>();
  const tickets = new Map<number, StoredTicket>();
  /** Files that no comment has yet, by token. */
  const uploads = new Map<string, { readonly file_name: string; readonly size: number }>();
  let lastId = 360_000_000_101;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  function addUser(properties: Readonly<Record<string, unknown>>, createdAt = new Date()): StoredUser {
    const { skip_verify_email: _, user_fields: fields = {}, ...own } = properties;
    const created_at = createdAt.toISOString();
    // No `email` where there is none: the contract has it that it is never null.
    const nothing = { name: '', phone: null, external_id: null, role: 'end-user', active: true };
    const user = { ...nothing, ...own, user_fields: fields, created_at, updated_at: created_at, id: nextId() };
    users.set(user.id, user);
    return user;
  }

  /** A second address is added to the first, and is no property of the user. */
  function changeUser(user: StoredUser, properties: Readonly<Record<string, unknown>>): void {
    const { skip_verify_email: _, user_fields: fields, email, ...own } = properties;
    Object.assign(user, own, { user_fields: { ...Object(user['user_fields']), ...Object(fields) } });
    if (typeof email === 'string' && email !== user['email']) {
      if (user['email'] === undefined) user['email'] = email;
      else user['other_addresses'] = [...addressesOf(user).slice(1), email];
    }
  }

  const userByAddress = (email: unknown) =>
    typeof email === 'string'
      ? [...users.values()].find((user) => addressesOf(user).includes(email.toLowerCase()))
      : undefined;

  function addTicket(properties: Readonly<Record<string, unknown>>): StoredTicket {
    const { comment, ...own } = properties;
    const created_at = new Date().toISOString();
    const ticket = { status: 'new', ...own, created_at, updated_at: created_at, id: nextId(), comments: [] };
    tickets.set(ticket.id, ticket);
    addComment(ticket, comment);
    return ticket;
  }

  /** Zendesk wraps the HTML in a block of its own and drops tags that it does not know. */
  function addComment(ticket: StoredTicket, comment: unknown): void {
    const { html_body: html = '', body = '', public: isPublic = true, uploads: tokens = [] } = Object(comment);
    const kept = String(html || body).replace(/<\/?bdi>/g, '');
    const html_body = `<div class="zd-comment" dir="auto">${kept}</div>`;
    const attachments = [...tokens].flatMap((token: string) => {
      const file = uploads.get(token);
      uploads.delete(token);
      return file === undefined ? [] : [{ ...file, id: nextId() }];
    });
    ticket.comments.push({ id: nextId(), html_body, public: isPublic, attachments });
  }

  return { uploads, users, tickets, addUser, changeUser, userByAddress, addTicket, addComment };
}

const addressesOf = ({ email, other_addresses: others }: StoredUser): readonly string[] =>
  [email, ...(Array.isArray(others) ? others : [])].map((address) => String(address ?? '').toLowerCase());
