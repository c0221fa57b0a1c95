import type { FakeHubspot } from '../../support/fake-hubspot.ts';
import type { Call } from './bad-line.ts';

/** The visitors that a call to HubSpot is about, by their addresses. */
export function addressesIn({ path, text }: Call, { contacts, notes }: FakeHubspot): readonly string[] {
  const [, type, id = ''] = /\/(contacts|notes)\/([^/?]+)/.exec(decodeURIComponent(path)) ?? [];
  const ofContact = (contactId = '') => contacts.get(contactId)?.properties['email'];
  const ofNote = (noteId = '') => ofContact(notes.get(noteId)?.contactIds[0]);
  const addressOf = ({ id = '', properties, associations }: Sketch) => {
    if (id.includes('@')) return id;
    return properties?.email ?? ofContact(associations?.[0]?.to.id) ?? (type === 'notes' ? ofNote(id) : ofContact(id));
  };
  const inputs = id === 'batch' ? inputsIn(text) : [{ id }];
  return [...new Set(inputs.flatMap((input) => addressOf(input) ?? []))];
}

type Sketch = {
  readonly id?: string;
  readonly properties?: { readonly email?: string };
  readonly associations?: readonly { readonly to: { readonly id: string } }[];
};

function inputsIn(text: string): readonly Sketch[] {
  const { inputs = [] }: { readonly inputs?: readonly Sketch[] } = text === '' ? {} : JSON.parse(text);
  return inputs;
}
