import { escapeMarkdown, renderMarkdown } from '../../conversation/transcript/markdown.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { JsonObject } from '../http/answer.ts';
import { contactOf, writtenSince } from '../notes/entry.ts';
import { assigned, describedIn, followUpReference, hasReference, requiringUser } from '../notes/follow-up.ts';
import { logAsNotes, notesIn } from '../notes/notes.ts';
import type { Entry, Files, FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { CrmError } from '../port/errors.ts';
import { isPage, isStored, type Stored } from './answers.ts';
import type { EspocrmClient } from './client.ts';
import { allowedText } from './contacts.ts';
import type { EspocrmSettings } from './settings.ts';

/** The column holds 16 MiB, but a longer post is hard to read in a stream. */
const maxPostLength = 100_000;
/** EspoCRM allows 200; fewer keep the answer below a few megabytes. */
const postsPerPage = 20;

/**
 * EspoCRM lets users change their posts for 7 days and delete them for a month (`noteEditThresholdPeriod`,
 * `noteDeleteThresholdPeriod`; `Classes/Acl/Note/AccessChecker.php`). A chat that changes later gets a new post, in
 * place of the old one if that can be deleted.
 */
export function createNotes(client: EspocrmClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>) {
  async function create(entry: Entry, post: string): Promise<string> {
    const contactId = contactOf(entry);
    try {
      return await client.createPost(contactId, post);
    } catch (error) {
      // EspoCRM answers 403 for a missing contact as well as for a missing right.
      const mayBeGone = error instanceof CrmError && error.status === 403;
      if (!mayBeGone || (await client.readContact(contactId)) !== undefined) throw error;
      throw new CrmError('EspoCRM no longer has this contact. It will be looked up again.', { kind: 'permanent' });
    }
  }

  async function list(entry: Entry) {
    const posts: Stored[] = [];
    const since = inSeconds(writtenSince(entry));
    for (let offset = 0, isMore = true; isMore; offset += postsPerPage) {
      const page = await client.streamOf(contactOf(entry), offset, postsPerPage);
      posts.push(...page.filter(({ type }) => type === 'Post'));
      isMore = page.length === postsPerPage && String(page.at(-1)?.['createdAt'] ?? '') >= since;
    }
    return posts.map(({ id, post }) => ({ id, body: typeof post === 'string' ? post : '' }));
  }

  return logAsNotes({
    newestOnTop: true,
    render: notesIn(renderMarkdown, { limit: maxPostLength }, deps),
    create,
    update: async (id, post) => {
      const outcome = await client.updatePost(id, post);
      if (outcome === 'forbidden') await client.deletePost(id, { mayStay: true });
      return outcome === 'updated';
    },
    remove: client.deletePost,
    exists: client.hasPost,
    list,
  });
}

/** `2026-05-03 08:15:00`, in UTC. */
const inSeconds = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ');

export function createFollowUps(
  client: EspocrmClient,
  { owners }: Pick<EspocrmSettings, 'owners'>,
  deps: Pick<AdapterDeps, 'timezone' | 'language'>,
): FollowUps {
  const description = describedIn(renderMarkdown, deps);
  const requireUser = requiringUser(client.hasUser, { vendor: 'EspoCRM', ownerField: 'assignedUserId' });
  const bodyOf = (request: FollowUpRequest): JsonObject => ({
    name: allowedText(request.followUp.title),
    description: description(request),
  });

  async function create(request: FollowUpRequest): Promise<FollowUpId> {
    if (isTask(request)) return createTask(request);
    if (request.ownerId !== null) await requireUser(request.ownerId);
    return (await client.createAnyway('Case', { ...bodyOf(request), ...caseOf(request) })).id;
  }

  /** EspoCRM requires an owner for a task (`entityDefs/Task.json`). */
  const createTask = assigned(
    {
      fallback: owners?.fallback,
      requireUser,
      ownerOfContact: async (request) => {
        const owner = (await client.readContact(contactOf(request)))?.['assignedUserId'];
        return typeof owner === 'string' && owner !== '' ? owner : undefined;
      },
      ourselves: async () => (await client.appUser()).user.id,
    },
    async (request, assignedUserId) =>
      (await client.createAnyway('Task', { ...bodyOf(request), ...taskOf(request), assignedUserId })).id,
  );

  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const contact = isTask(request) ? 'parentId' : 'contactId';
    const candidates = await client.find(isTask(request) ? 'Task' : 'Case', [
      { type: 'equals', attribute: contact, value: contactOf(request) },
      { type: 'contains', attribute: 'description', value: escapeMarkdown(followUpReference(request)) },
    ]);
    return candidates.find(({ description }) => hasReference(description, request))?.id;
  }

  return { create: oneByOne(create), find };
}

function taskOf(request: FollowUpRequest): JsonObject {
  return {
    status: 'Not Started',
    dateEnd: inSeconds(new Date(request.followUp.dueAt)),
    parentType: 'Contact',
    parentId: contactOf(request),
  };
}

const isTask = ({ followUp }: FollowUpRequest) => followUp.kind === 'task';

function caseOf(request: FollowUpRequest): JsonObject {
  const contactId = contactOf(request);
  const { ownerId } = request;
  return { contactId, contactsIds: [contactId], ...(ownerId !== null && { assignedUserId: ownerId }) };
}

const filesPerPage = 50;

/**
 * Each file is a post in the contact's stream: EspoCRM attaches a file only to a new post, and binds it to one field of
 * one entity (https://docs.espocrm.com/development/api/attachment/). The `FileId` is the post's.
 */
export function createFiles({ ask, createPost, deletePost, hasPost }: EspocrmClient): Files {
  async function postOf(text: string, contactId: string): Promise<string | undefined> {
    const query = { offset: '0', maxSize: String(filesPerPage), filter: 'posts' };
    const path = ['Contact', contactId, 'stream'];
    const answer = await ask({ operation: "list the contact's stream", method: 'GET', path, query });
    return answer.as(isPage).list.find((post) => post['post'] === text)?.id;
  }

  return {
    attach: async ({ entry, name, mediaType, bytes }) => {
      const contactId = contactOf(entry);
      // A post is Markdown, and EspoCRM notifies everybody whom it mentions.
      const text = escapeMarkdown(name);
      const known = await postOf(text, contactId);
      if (known !== undefined) return known;
      const body = {
        name,
        type: mediaType,
        role: 'Attachment',
        parentType: 'Note',
        field: 'attachments',
        file: `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`,
      };
      const attachment = (await ask({ operation: 'add the file', method: 'POST', path: ['Attachment'], body })).as(
        isStored,
      );
      return createPost(contactId, text, [attachment.id]);
    },
    remove: deletePost,
    exists: hasPost,
  };
}
