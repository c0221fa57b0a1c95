import { filesIn } from '../conversation/transcript/transcript.ts';
import { keyOf } from '../crm/files/file.ts';
import type { Entry, LogId } from '../crm/port/adapter.ts';
import { CrmError } from '../crm/port/errors.ts';
import { OutOfTime } from './batch-loader.ts';
import type { Crm } from './crm.ts';
import type { CopiedFile, Delivery, Warning } from './delivery.ts';

/** A chat has two or three. */
const maxFiles = 20;

type Copied = {
  readonly files: readonly CopiedFile[];
  /** The note only has their links. */
  readonly refused: readonly Warning[];
  /** An error worth another attempt; the files after it were not tried. */
  readonly failure: unknown;
};

/**
 * Copies the files that the CRM does not have yet, one after the other. If the contact has changed, a file is copied again
 * and its former copy removed; if it cannot be copied any more, the former copy stays.
 */
export async function copyFiles(
  entry: Entry,
  logId: LogId,
  { files: known }: Pick<Delivery, 'files'>,
  { copyFile, removeFile }: Pick<Crm, 'copyFile' | 'removeFile'>,
): Promise<Copied> {
  const { conversation, contactChanged = false } = entry;
  let files = known;
  const refused: Warning[] = [];
  if (copyFile === undefined) return { files, refused, failure: undefined };
  for (const file of filesIn(conversation).slice(0, maxFiles)) {
    const key = keyOf(conversation.id, file.url);
    const former = files.find((each) => each.key === key);
    if (former !== undefined && !contactChanged) continue;
    try {
      const id = await copyFile({ entry, logId, file });
      files = [...files.filter((each) => each !== former), { key, id }];
      if (former !== undefined && former.id !== id) await removeFile?.(former.id);
    } catch (failure) {
      if (!isFinal(failure)) return { files, refused, failure };
      refused.push(fileWarning(failure));
    }
  }
  return { files, refused, failure: undefined };
}

/** The note with the file's link has arrived, whatever kept the file out. */
export const fileWarning = (failure: unknown): Warning => ({
  field: 'file',
  code: failure instanceof CrmError && failure.status !== undefined ? String(failure.status) : 'not copied',
});

function isFinal(failure: unknown): boolean {
  if (failure instanceof OutOfTime) return false;
  return !(failure instanceof CrmError) || failure.fault.kind !== 'retryable';
}
