/**
 * As much of HubSpot's batches as a new chat needs, with nothing checked: what it takes of the processor is not ours.
 * Argument: how long it takes for a call, in milliseconds. Sends `{ port }` once it listens; GET tells how many calls it
 * had, how many notes it has, and when the last one was answered, in epoch milliseconds.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { endWithParent } from '../../../local/processes.ts';

type Input = {
  readonly id?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly objectWriteTraceId?: string;
};

endWithParent();
const delayMs = Number(process.argv[2] ?? 0);
const contacts = new Map<string, string>();
let lastId = 100;
let calls = 0;
let notes = 0;
let lastNoteAt = 0;

const at = new Date().toISOString();
const view = (id: string, properties: Input['properties'] = {}) => ({
  id,
  properties,
  createdAt: at,
  updatedAt: at,
  archived: false,
});

function create(type: string, { properties = {}, objectWriteTraceId }: Input) {
  lastId += 1;
  const id = String(lastId);
  if (type === 'contacts') contacts.set(properties['email'] ?? id, id);
  if (type === 'notes') {
    notes += 1;
    lastNoteAt = Date.now() + delayMs;
  }
  return { ...view(id, properties), objectWriteTraceId };
}

function answer(path: string, body: string) {
  const [type = '', ...rest] = path.split('/').slice(4);
  const inputs: readonly Input[] = Object(JSON.parse(body)).inputs ?? [];
  switch (rest.join('/')) {
    case 'batch/create':
      return { status: 201, results: inputs.map((input) => create(type, input)) };
    case 'batch/update':
      return { status: 200, results: inputs.map(({ id = '', properties }) => view(id, properties)) };
    case 'batch/read': {
      const found = inputs.flatMap(({ id = '' }) => {
        const contact = contacts.get(id);
        return contact === undefined ? [] : [view(contact, { email: id })];
      });
      return { status: found.length === inputs.length ? 200 : 207, results: found };
    }
    default:
      return { status: 404, results: [] };
  }
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ calls, notes, lastNoteAt }));
    return;
  }
  calls += 1;
  void text(request).then((body) => {
    const { status, results } = answer(request.url ?? '', body);
    const written = JSON.stringify({ status: 'COMPLETE', results, startedAt: at, completedAt: at });
    setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end(written), delayMs);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
