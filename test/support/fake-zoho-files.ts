import { createFakeFiles, fileIn } from './fake-files.ts';
import type { Received, Reply } from './fake-server.ts';
import { failure, refuse, results, success } from './fake-zoho-rules.ts';

export type ZohoFiles = ReturnType<typeof createZohoFiles>;

const now = { createdAt: new Date(), values: {} };

/** https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html: on a record. */
export function createZohoFiles() {
  const files = createFakeFiles(4_800_000_000_001);
  return {
    files,
    route: ({ method, form }: Received, record: string, id: string | undefined): Reply => {
      if (method === 'POST') {
        const file = fileIn(form, 'file');
        if (file === undefined)
          return refuse(400, 'REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing');
        return results(
          [success({ ...files.add({ ...file, on: record }), ...now }, 'attachment uploaded successfully')],
          200,
        );
      }
      if (method === 'GET') {
        const data = files
          .list(({ on }) => on === record)
          .map((file) => ({ id: file.id, File_Name: file.name }))
          .toReversed();
        return data.length === 0 ? { status: 204 } : { status: 200, body: { data, info: { more_records: false } } };
      }
      const isThere = id !== undefined && files.get(id)?.on === record && files.delete(id);
      const gone = failure('INVALID_DATA', 'the id given seems to be invalid', {});
      return results([isThere ? success({ id, ...now }, 'record deleted') : gone], isThere ? 200 : 400);
    },
  };
}
