import { describe, expect, test } from '@jest/globals';
import { fileNameOf } from '../../lambda/crm/files/file.ts';
import type { CrmAdapter, Upload } from '../../lambda/crm/port/adapter.ts';
import { aConversation, anEntry } from '../fixtures/conversation.ts';
import { aPerson, failure, log, upsert } from './driving.ts';
import type { Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

const photo = new Uint8Array(70_000).fill(137);
const url = 'https://files.example/f/photo.png';
const chat = aConversation();

const takesFiles = Object.entries(subjects).filter(([, { files }]) => files);

describe.each(takesFiles)("%s: a chat's file", (_, subject: Subject) => {
  const trial = useTrial(subject);
  const attach = (adapter: CrmAdapter, upload: Upload) => declared(adapter.files).attach(upload);

  async function upload(adapter: CrmAdapter, name = 'blue one.png'): Promise<Upload> {
    const contactId = subject.contacts === null ? undefined : await upsert(adapter, aPerson());
    const entry = anEntry(chat, contactId);
    const file = { name, url, mediaType: null, size: null, expiresAt: null };
    const logId = await log(adapter, entry);
    return { entry, logId, name: fileNameOf(chat.id, file, 'image/png'), mediaType: 'image/png', bytes: photo };
  }

  test('is where sales staff look, whole and by its name', async () => {
    const { adapter, files } = trial();
    const asked = await upload(adapter);
    await attach(adapter, asked);
    expect(files().all()).toEqual([
      { name: expect.stringMatching(/^blue one-[0-9a-f]{8}\.png$/), size: photo.length, contactId: expect.anything() },
    ]);
    const [{ contactId } = { contactId: null }] = files().all();
    if (contactId !== 'ticket') expect(contactId).toBe(asked.entry.contactId);
  });

  test('is there once, however often it is sent', async () => {
    const { adapter, files } = trial();
    const asked = await upload(adapter);
    await attach(adapter, asked);
    const again = await attach(adapter, asked);
    expect(files().all()).toHaveLength(1);
    expect(await declared(adapter.files).exists(again)).toBe(true);
  });

  test('is there once if the answer was lost', async () => {
    const { adapter, crm, files } = trial();
    const asked = await upload(adapter);
    crm.server.inject({ on: files().isUpload, how: 'reset', takesEffect: true });
    expect(await failure(attach(adapter, asked))).toMatchObject({ fault: { kind: 'retryable' } });
    await attach(adapter, asked);
    expect(files().all()).toHaveLength(1);
  });

  test('does not take the place of another file of the chat', async () => {
    const { adapter, files } = trial();
    const asked = await upload(adapter);
    await attach(adapter, asked);
    const other = { name: 'blue one.png', url: `${url}?2`, mediaType: null, size: null, expiresAt: null };
    const name = fileNameOf(chat.id, { ...other, url: 'https://files.example/g/photo.png' }, 'image/png');
    await attach(adapter, { ...asked, name });
    expect(files().all()).toHaveLength(2);
  });

  test('keeps a name with signs in it', async () => {
    const { adapter, files } = trial();
    await attach(adapter, await upload(adapter, 'O’Hara & synové "velikost" 50%.png'));
    expect(files().all()).toMatchObject([{ name: expect.stringMatching(/^O’Hara & synové velikost 50%-\w{8}\.png$/) }]);
  });

  test('mentions nobody and marks nothing up by its name', async () => {
    const { adapter, crm, files } = trial();
    await attach(adapter, await upload(adapter, '@jana _see_ [this]&lt;b&gt;.png'));
    expect(files().all()).toMatchObject([{ name: expect.stringMatching(/^@jana _see_ \[this]&lt;b&gt;-\w{8}\.png$/) }]);
    const read = crm.logs().join();
    expect(read).not.toMatch(/&lt;b&gt;-/);
    if (subject.words === 'markdown') expect(read).not.toMatch(/@jana|_see_/);
  });

  test('can be taken away, twice too', async () => {
    const { adapter, files } = trial();
    const id = await attach(adapter, await upload(adapter));
    const { remove, exists } = declared(adapter.files);
    expect(await exists(id)).toBe(true);
    await remove(id);
    expect(files().all()).toEqual([]);
    expect(await exists(id)).toBe(false);
    await remove(id);
  });

  test('that the CRM refuses is an error that says so, and no file', async () => {
    const { adapter, crm, files } = trial();
    const asked = await upload(adapter);
    crm.server.inject({ on: files().isUpload, how: { status: 413, body: {} } });
    expect(await failure(attach(adapter, asked))).toMatchObject({ fault: { kind: 'permanent' }, status: 413 });
    expect(files().all()).toEqual([]);
  });

  test('stays at Smartsupp if `files` is false', async () => {
    expect((await trial().open({ changes: { files: false } })).files).toBeUndefined();
  });
});
