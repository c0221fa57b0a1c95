import { CrmError } from '../../lambda/crm/port/errors.ts';
import type { FetchFile } from '../../lambda/delivery/crm.ts';

/** For chats without files. */
export const noFiles: FetchFile = async () => {
  throw new CrmError('This test has no files.', { kind: 'permanent' });
};
