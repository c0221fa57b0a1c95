import { isRecord } from '../http/shapes.ts';
import { contactOf } from '../notes/entry.ts';
import type { Files } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import { quoted, type SalesforceClient } from './client.ts';

/**
 * A file is a `ContentDocument` with a version, linked to the contact:
 * https://developer.salesforce.com/docs/platform/api-rest/guide/dome-sobject-insert-update-blob.html. 38 MB fit into a
 * request of JSON.
 */
export function createFiles({ create, query, queryRows, remove }: SalesforceClient): Files {
  async function idOf(name: string, contactId: string): Promise<string | undefined> {
    const [link] = await queryRows(
      'find the file',
      `SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = ${quoted(contactId)} ` +
        `AND ContentDocument.Title = ${quoted(name)} LIMIT 1`,
    );
    const id = isRecord(link) ? link['ContentDocumentId'] : undefined;
    return typeof id === 'string' ? id : undefined;
  }

  return {
    attach: async ({ entry, name, bytes }) => {
      const contactId = contactOf(entry);
      const known = await idOf(name, contactId);
      if (known !== undefined) return known;
      const version = {
        Title: name,
        PathOnClient: name,
        VersionData: Buffer.from(bytes).toString('base64'),
        FirstPublishLocationId: contactId,
      };
      const [outcome] = await create('add the file', 'ContentVersion', [version]);
      if (outcome?.status === 'rejected') throw outcome.reason;
      return (await idOf(name, contactId)) ?? lost();
    },
    remove: (id) => remove('delete the file', id),
    exists: async (id) =>
      (await query('find the file', `SELECT Id FROM ContentDocument WHERE Id = ${quoted(id)}`)).length > 0,
  };
}

function lost(): never {
  throw new CrmError('Salesforce took the file and does not show it. It will be tried again.', { kind: 'retryable' });
}
