import { digest } from './digest.ts';
import type { Delivery } from './ledger.ts';
import type { Contacts, KnownContact, Ledger, VisitorChat } from './ports.ts';

export type RecallDependencies = {
  readonly ledger: Pick<Ledger, 'read'>;
  readonly destination: string;
  /** The visitor's other chats in which they left the same address, oldest first. */
  readonly before: readonly VisitorChat[];
  readonly soFar: () => Remembered;
};

type Remembered = Pick<Delivery, 'contactId' | 'contactOf' | 'told'>;

/**
 * Contacts at a CRM that keeps their e-mail addresses unique: nobody has to wait until another has created one, so that
 * nothing is claimed. And the visitor's deliveries tell whom they went to: what is remembered costs no write of its own.
 * Where they do not, the CRM finds the contact by the address.
 */
export function createRecall({ ledger, destination, before, soFar }: RecallDependencies): Contacts {
  async function recalled(personKey: string): Promise<KnownContact | undefined> {
    const own = contactIn(soFar(), personKey);
    const last = before.at(-1);
    if (own !== undefined || last === undefined) return own;
    return contactIn(await ledger.read(last.conversationId, destination), personKey);
  }

  return {
    claim: async ({ personKey }, _until, { isFresh } = { isFresh: false }) => {
      const known = isFresh ? undefined : await recalled(personKey);
      return known === undefined ? { kind: 'claimed' } : { kind: 'known', ...known };
    },
    remember: async () => {},
    forget: async () => {},
    release: async () => {},
  };
}

/** Another copy of the chat may have told another person. */
function contactIn(delivery: Remembered | undefined, personKey: string): KnownContact | undefined {
  const { contactId = null, contactOf = null, told = null } = delivery ?? {};
  return contactId !== null && told !== null && contactOf === digest(personKey) ? { contactId, told } : undefined;
}
