import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Document, OpenAPIBackend } from 'openapi-backend';
import type { Received, Reply } from './fake-server.ts';

/** A vendor's published OpenAPI, as a checker of what is sent and of what a fake server answers. */
export type VendorContract = {
  /** What is wrong with them, in words; empty for an exchange that the vendor could have had. */
  readonly check: (request: Received, reply: Reply) => readonly string[];
};

const folder = resolve(process.env['CONTRACTS_DIR'] ?? '../shared/contracts');
const told = new Set<string>();

/**
 * Reads a file of `CONTRACTS_DIR`. The vendors' files are not part of this repository: where the folder is missing the
 * checks are left out, and a line says so; but not where `CONTRACTS_REQUIRED` is set.
 * @param options.unlisted requests to operations that the file does not have, although the vendor does
 * @param options.loose for a file whose alternatives do not exclude each other, although it says `oneOf`
 */
export async function loadVendorContract(
  file: string,
  options: { readonly unlisted?: (request: Received) => boolean; readonly loose?: boolean } = {},
): Promise<VendorContract> {
  if (!existsSync(folder)) {
    if (process.env['CONTRACTS_REQUIRED'])
      throw new Error(`${folder} is missing: CONTRACTS_DIR must name the folder of the vendors' contracts.`);
    if (!told.has(file)) process.stderr.write(`Skipped: checks against ${file}, since there is no folder ${folder}.\n`);
    told.add(file);
    return { check: () => [] };
  }
  const api = await (opened.get(file) ?? open(file, options.loose));

  return {
    check: (request, reply) => {
      if (options.unlisted?.(request)) return [];
      const { method, path, query, headers, body } = request;
      const asked = { method, path, query: query.toString(), headers: plain(headers), body };
      const operation = api.matchOperation(asked);
      if (operation === undefined) return [`${method} ${path} is no operation of ${file}`];
      const faults = api.validateRequest(asked, operation).errors ?? [];
      // 207 has the shape of a success: some of a batch failed.
      const success = Object.keys(operation.responses ?? {}).find((each) => /^2\d\d$/.test(each)) ?? '200';
      const status = reply.status === 207 ? Number(success) : reply.status;
      const replied =
        reply.body === undefined ? [] : (api.validateResponse(reply.body, operation, status).errors ?? []);
      return [...describe('request', faults), ...describe(`answer ${reply.status}`, replied)];
      function describe(what: string, errors: typeof faults): readonly string[] {
        return errors.map(({ instancePath, message }) => `${method} ${path}, ${what}: ${instancePath} ${message}`);
      }
    },
  };
}

/** Kept: compiling a vendor's schemas takes longer than most tests. */
const opened = new Map<string, Promise<OpenAPIBackend>>();

function open(file: string, loose = false): Promise<OpenAPIBackend> {
  const text = readFileSync(join(folder, file), 'utf8');
  const definition: Document = JSON.parse(loose ? text.replaceAll('"oneOf"', '"anyOf"') : text);
  const api = new OpenAPIBackend({
    definition,
    quick: true,
    customizeAjv: (ajv) => {
      for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format);
      return ajv;
    },
  });
  const ready = api.init().then(() => api);
  opened.set(file, ready);
  return ready;
}

const plain = (headers: Received['headers']) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const formats: Readonly<Record<string, RegExp | true>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  int32: true,
  // Zendesk's, beside "date-time".
  datetime: true,
  url: true,
  email: /^[^@\s]+@[^@\s]+$/,
};
