import { escapeMarkdown } from '../../conversation/transcript/markdown.ts';
import { contactOf } from '../notes/entry.ts';
import type { Files } from '../port/adapter.ts';
import { isPage, isStored } from './answers.ts';
import type { EspocrmClient } from './client.ts';

const perPage = 50;

/**
 * Each file is a post in the contact's stream: EspoCRM attaches a file only to a new post, and binds it to one field of
 * one entity (https://docs.espocrm.com/development/api/attachment/). The `FileId` is the post's.
 */
export function createFiles({ ask, createPost, deletePost, hasPost }: EspocrmClient): Files {
  async function postOf(text: string, contactId: string): Promise<string | undefined> {
    const query = { offset: '0', maxSize: String(perPage), filter: 'posts' };
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
