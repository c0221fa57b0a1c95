import type { SentFile } from '../conversation/model.ts';
import { requestKeys } from '../crm/contacts/matching.ts';
import type { Batch, CrmAdapter, Entry, FileId, LogId, Upload } from '../crm/port/adapter.ts';
import { oneByOne, removeAll } from '../crm/port/batch.ts';
import { type BatchLoader, createBatchLoader } from './batch-loader.ts';
import { hasTime } from './time-left.ts';

/** A CRM for a single delivery: one item at a time. */
export type Crm = {
  readonly upsertContact: Single<CrmAdapter['upsertContacts']> | undefined;
  readonly keepsEmailsUnique: boolean;
  readonly logConversation: Single<CrmAdapter['logConversations']>;
  readonly updateConversation: CrmAdapter['updateConversation'];
  readonly findConversation: CrmAdapter['findConversation'];
  readonly removeConversation: CrmAdapter['removeConversation'];
  readonly createFollowUp: Single<NonNullable<CrmAdapter['followUps']>['create']> | undefined;
  readonly findFollowUp: NonNullable<CrmAdapter['followUps']>['find'] | undefined;
  readonly copyFile: ((request: CopyRequest) => Promise<FileId>) | undefined;
  readonly removeFile: ((id: FileId) => Promise<void>) | undefined;
};

type CopyRequest = Pick<Upload, 'entry' | 'logId'> & { readonly file: SentFile };

/** Downloads a file of a chat, and names it as it is named in the CRM. */
export type FetchFile = (
  conversationId: string,
  file: SentFile,
) => Promise<Pick<Upload, 'name' | 'mediaType' | 'bytes'>>;

type Single<B> = NonNullable<B> extends Batch<infer Item, infer Result> ? (item: Item) => Promise<Result> : never;

/** A CRM whose calls are shared by deliveries that run side by side. Each participant calls `leave` once. */
export function createSharedCrm(
  adapter: CrmAdapter,
  options: {
    readonly participants: number;
    readonly deadline: Date;
    readonly fetchFile: FetchFile;
    readonly now: () => Date;
  },
): { readonly crm: Crm; readonly leave: BatchLoader['leave'] } {
  const { participants, deadline, fetchFile, now } = options;
  const { loadWith, leave } = createBatchLoader({ participants, hasTime: () => hasTime('toBegin', deadline, now()) });
  const { upsertContacts, logConversations, findConversation, removeConversation, followUps, files } = adapter;
  const update = loadWith(
    oneByOne(({ entry, logId }: { readonly entry: Entry; readonly logId: LogId }) =>
      adapter.updateConversation(entry, logId),
    ),
  );
  const crm: Crm = {
    upsertContact: upsertContacts && loadWith(upsertContacts, requestKeys),
    keepsEmailsUnique: adapter.keepsEmailsUnique === true,
    logConversation: loadWith(logConversations),
    updateConversation: (entry, logId) => update({ entry, logId }),
    findConversation: findConversation && loadWith(oneByOne(findConversation)),
    removeConversation: removeConversation && loadWith(oneByOne(removeConversation)),
    createFollowUp: followUps && loadWith(followUps.create),
    findFollowUp: followUps && loadWith(oneByOne(followUps.find)),
    copyFile:
      files &&
      loadWith({
        // A function has memory for one file at a time.
        maxSize: 1,
        run: (requests: readonly CopyRequest[]) =>
          Promise.allSettled(
            requests.map(async ({ file, ...of }) =>
              files.attach({ ...of, ...(await fetchFile(of.entry.conversation.id, file)) }),
            ),
          ),
      }),
    removeFile: files && loadWith(oneByOne((id: FileId) => removeAll([id], files))),
  };
  return { crm, leave };
}
