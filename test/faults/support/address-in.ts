import type { FakeHubspot } from '../../support/fake-hubspot.ts';
import type { Call } from './bad-line.ts';

/** The visitor that a call to HubSpot is about. */
export function addressIn({ path, text }: Call, { contacts, notes }: FakeHubspot): string | undefined {
  const [, type, id = ''] = /\/(contacts|notes)(?:\/([^/?]+))?/.exec(decodeURIComponent(path)) ?? [];
  const ofContact = (contactId = '') => contacts.get(contactId)?.properties['email'];
  if (id.includes('@')) return id;
  if (type === 'contacts' && id !== '') return ofContact(id);
  const { properties, associations, inputs } = parse(text);
  const noteId = id === 'batch' ? inputs?.[0]?.id : id;
  return properties?.email ?? ofContact(associations?.[0]?.to.id ?? notes.get(noteId ?? '')?.contactIds[0]);
}

type Sketch = {
  readonly properties?: { readonly email?: string };
  readonly associations?: readonly { readonly to: { readonly id: string } }[];
  readonly inputs?: readonly { readonly id: string }[];
};

function parse(text: string): Sketch {
  return text === '' ? {} : JSON.parse(text);
}
