import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Contacts, PersonAt } from '../delivering/ports.ts';
import { contactKey, expiresAt } from './keys.ts';
import { holds, type Table } from './table.ts';

/** Contacts in the table, beside the person's chats. A claim keeps two chats of one visitor from making two contacts. */
export function createContacts(
  { documents, tableName }: Table,
  options: { readonly retentionDays: number; readonly now: () => Date },
): Contacts {
  const key = ({ personKey, destination }: PersonAt) => contactKey(personKey, destination);
  const expiry = () => expiresAt(options.now(), options.retentionDays);

  return {
    claim: async (person, until, { isFresh } = { isFresh: false }) => {
      const now = options.now();
      // Else at half the price: who reads what was so a moment ago fails to claim, and asks again.
      const get = new GetCommand({ TableName: tableName, Key: key(person), ConsistentRead: isFresh });
      const { Item: known } = await documents.send(get);
      if (typeof known?.['contactId'] === 'string') {
        // Release 0.1 did not write down what it had told.
        return { kind: 'known', contactId: known['contactId'], told: String(known['told'] ?? '') };
      }
      const claimedUntil = new Date(String(known?.['claimedUntil']));
      if (claimedUntil > now) return { kind: 'busy', until: claimedUntil };
      const isOurs = await holds(
        documents.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...key(person), claimedUntil: until.toISOString(), expiresAt: expiry() },
            ConditionExpression:
              'attribute_not_exists(pk) OR (attribute_not_exists(contactId) AND claimedUntil <= :now)',
            ExpressionAttributeValues: { ':now': now.toISOString() },
          }),
        ),
      );
      return isOurs ? { kind: 'claimed' } : { kind: 'busy', until };
    },
    remember: async (person, contact) => {
      const Item = { ...key(person), ...contact, expiresAt: expiry() };
      await documents.send(new PutCommand({ TableName: tableName, Item }));
    },
    forget: async (person, contactId) => {
      const forgetting = new DeleteCommand({
        TableName: tableName,
        Key: key(person),
        ConditionExpression: 'contactId = :contactId',
        ExpressionAttributeValues: { ':contactId': contactId },
      });
      await holds(documents.send(forgetting));
    },
    release: async (person, until) => {
      const releasing = new UpdateCommand({
        TableName: tableName,
        Key: key(person),
        UpdateExpression: 'SET claimedUntil = :now',
        ConditionExpression: 'claimedUntil = :until',
        ExpressionAttributeValues: { ':now': options.now().toISOString(), ':until': until.toISOString() },
      });
      await holds(documents.send(releasing));
    },
  };
}
