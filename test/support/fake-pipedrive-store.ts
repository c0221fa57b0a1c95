import { createFakeFiles } from './fake-files.ts';

export type Values = Readonly<Record<string, unknown>>;
export type StoredPerson = { readonly id: number; readonly add_time: string } & Record<string, unknown>;
export type StoredNote = {
  readonly id: number;
  readonly person_id: number;
  readonly add_time: string;
  content: string;
  active_flag: boolean;
};
export type StoredActivity = { readonly id: number; readonly person_id: number; readonly update_time: string } & Values;
export type StoredLead = { readonly id: string; readonly person_id: number } & Values;
export type PipedriveStore = ReturnType<typeof createPipedriveStore>;

/** Pipedrive's persons, notes, activities and leads in memory. */
export function createPipedriveStore() {
  const persons = new Map<number, StoredPerson>();
  const notes = new Map<number, StoredNote>();
  const activities = new Map<number, StoredActivity>();
  const leads = new Map<string, StoredLead>();
  let lastId = 100;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  function addPerson(values: Values, createdAt = new Date()): StoredPerson {
    const id = nextId();
    const time = rfc3339(createdAt);
    const own = { owner_id: 1, emails: [], phones: [], is_deleted: false, visible_to: 3, custom_fields: {} };
    const person: StoredPerson = { ...own, ...values, id, add_time: time, update_time: time };
    persons.set(id, person);
    return person;
  }

  function addNote({ content, person_id, add_time }: Values): StoredNote {
    const note: StoredNote = {
      id: nextId(),
      person_id: Number(person_id),
      add_time: typeof add_time === 'string' ? add_time : rfc3339(new Date()).replace('T', ' ').slice(0, 19),
      content: sanitised(String(content)),
      active_flag: true,
    };
    notes.set(note.id, note);
    return note;
  }

  function addActivity(values: Values): StoredActivity {
    const time = rfc3339(new Date());
    const own = { id: nextId(), person_id: primaryOf(values), add_time: time, update_time: time, is_deleted: false };
    const activity: StoredActivity = { ...values, ...own };
    activities.set(activity.id, activity);
    return activity;
  }

  function addLead(values: Values): StoredLead {
    const id = `adf21080-0e10-11eb-879b-${String(nextId()).padStart(12, '0')}`;
    const lead = { ...values, id, person_id: Number(values['person_id']) };
    leads.set(id, lead);
    return lead;
  }

  const { files, add: addFile, on: filesOn } = createFakeFiles();
  return { files, addFile, filesOn, persons, notes, activities, leads, addPerson, addNote, addActivity, addLead };
}

const rfc3339 = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;

/** Pipedrive drops tags that it does not know. */
export const sanitised = (html: string) => html.replace(/<\/?bdi>/g, '').replace(/<!--.*?-->/gs, '');

function primaryOf({ participants }: Values): number {
  const all: readonly Values[] = Array.isArray(participants) ? participants : [];
  return Number(all.find(({ primary }) => primary === true)?.['person_id']);
}
