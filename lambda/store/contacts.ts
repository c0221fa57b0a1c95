import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Contacts, PersonAt } from '../delivering/ports.ts';
import { contactKey, expiresAt } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Contacts in the table, beside the person's chats. A claim keeps two chats of one visitor from making two contacts. */
export function createContacts(
  { documents, tableName }: Table,
  options: { readonly retentionDays: number; readonly now: () => Date },
): Contacts {
  const key = ({ personKey, destination }: PersonAt) => contactKey(personKey, destination);
  const expiry = () => expiresAt(options.now(), options.retentionDays);

  const read = async (person: PersonAt) => {
    // Half the price of a consistent read: who reads what was so a moment ago fails to claim, and asks again.
    const { Item } = await documents.send(new GetCommand({ TableName: tableName, Key: key(person) }));
    return Item;
  };

  return {
    claim: async (person, until) => {
      const now = options.now();
      const known = await read(person);
      if (typeof known?.['contactId'] === 'string') {
        // Release 0.1 did not write down what it had told.
        return { kind: 'known', contactId: known['contactId'], told: String(known['told'] ?? '') };
      }
      const claimedUntil = new Date(String(known?.['claimedUntil']));
      if (claimedUntil > now) return { kind: 'busy', until: claimedUntil };
      try {
        await documents.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...key(person), claimedUntil: until.toISOString(), expiresAt: expiry() },
            ConditionExpression:
              'attribute_not_exists(pk) OR (attribute_not_exists(contactId) AND claimedUntil <= :now)',
            ExpressionAttributeValues: { ':now': now.toISOString() },
          }),
        );
        return { kind: 'claimed' };
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return { kind: 'busy', until };
      }
    },
    remember: async (person, contact) => {
      const Item = { ...key(person), ...contact, expiresAt: expiry() };
      await documents.send(new PutCommand({ TableName: tableName, Item }));
    },
    forget: (person, contactId) =>
      unlessChanged(
        documents.send(
          new DeleteCommand({
            TableName: tableName,
            Key: key(person),
            ConditionExpression: 'contactId = :contactId',
            ExpressionAttributeValues: { ':contactId': contactId },
          }),
        ),
      ),
    release: (person, until) =>
      unlessChanged(
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: key(person),
            UpdateExpression: 'SET claimedUntil = :now',
            ConditionExpression: 'claimedUntil = :until',
            ExpressionAttributeValues: { ':now': options.now().toISOString(), ':until': until.toISOString() },
          }),
        ),
      ),
  };
}

/** A write about what is not so any more is nothing to do. */
async function unlessChanged(conditionalWrite: Promise<unknown>): Promise<void> {
  await conditionalWrite.catch((error: unknown) => {
    if (!isConditionFailure(error)) throw error;
  });
}
