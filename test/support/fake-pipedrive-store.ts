import { createFakeFiles } from './fake-files.ts';
import { createIds, RecordTable } from './record-table.ts';

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
  const nextId = createIds(101, Number);
  const persons = new RecordTable<StoredPerson>((values, createdAt) => {
    const own = { owner_id: 1, emails: [], phones: [], is_deleted: false, visible_to: 3, custom_fields: {} };
    return { ...own, ...values, ...timesOf(createdAt), id: nextId() };
  });
  const notes = new RecordTable<StoredNote>(({ content, person_id, add_time }, createdAt) => ({
    id: nextId(),
    person_id: Number(person_id),
    add_time: typeof add_time === 'string' ? add_time : createdAt.toISOString().replace('T', ' ').slice(0, 19),
    content: sanitised(String(content)),
    active_flag: true,
  }));
  const activities = new RecordTable<StoredActivity>((values, createdAt) => {
    const own = { id: nextId(), person_id: primaryOf(values), is_deleted: false };
    return { ...values, ...own, ...timesOf(createdAt) };
  });
  const leads = new RecordTable<StoredLead>((values) => {
    const id = `adf21080-0e10-11eb-879b-${String(nextId()).padStart(12, '0')}`;
    return { ...values, id, person_id: Number(values['person_id']) };
  });

  return { files: createFakeFiles(), persons, notes, activities, leads };
}

/** RFC 3339, without fractions. */
function timesOf(createdAt: Date) {
  const time = `${createdAt.toISOString().slice(0, 19)}Z`;
  return { add_time: time, update_time: time };
}

/** Pipedrive drops tags that it does not know. */
export const sanitised = (html: string) => html.replace(/<\/?bdi>/g, '').replace(/<!--.*?-->/gs, '');

function primaryOf({ participants }: Values): number {
  const all: readonly Values[] = Array.isArray(participants) ? participants : [];
  return Number(all.find(({ primary }) => primary === true)?.['person_id']);
}
