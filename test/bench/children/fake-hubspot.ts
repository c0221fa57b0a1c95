/**
 * As much of HubSpot's batches as a new chat needs, with nothing checked: what it takes of the processor is not ours.
 * Sends `{ port }` once it listens. PUT empties it, and says how long a call takes, in milliseconds. GET with a number of
 * notes is answered when it has so many, or after a while: how many calls and notes it had, and when it answered the
 * last note, in epoch milliseconds.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { endWithParent } from '../../../local/lib/processes.ts';

type Input = {
  readonly id?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly objectWriteTraceId?: string;
};

endWithParent();
const maxWaitMs = 10_000;
const contacts = new Map<string, string>();
let lastId = 100;
let delayMs = 0;
let seen = { calls: 0, notes: 0, lastNoteAt: 0 };
/** Who waits, by the number of notes that they wait for. */
const waiting = new Map<ServerResponse, number>();

function begin(milliseconds: number): void {
  delayMs = milliseconds;
  contacts.clear();
  seen = { calls: 0, notes: 0, lastNoteAt: 0 };
}

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
  return { ...view(id, properties), objectWriteTraceId };
}

function answer(type: string, operation: string, inputs: readonly Input[]) {
  switch (operation) {
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

function call(path: string, body: string, response: ServerResponse): void {
  const [type = '', ...rest] = path.split('/').slice(4);
  const operation = rest.join('/');
  const inputs: readonly Input[] = Object(JSON.parse(body)).inputs ?? [];
  const { status, results } = answer(type, operation, inputs);
  const written = JSON.stringify({ status: 'COMPLETE', results, startedAt: at, completedAt: at });
  const notes = type === 'notes' && operation === 'batch/create' ? inputs.length : 0;
  seen.calls += 1;
  setTimeout(() => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(written);
    if (notes > 0) count(notes);
  }, delayMs);
}

function count(notes: number): void {
  seen = { ...seen, notes: seen.notes + notes, lastNoteAt: Date.now() };
  for (const [response, wanted] of waiting) if (seen.notes >= wanted) tell(response);
}

function wait(wanted: number, response: ServerResponse): void {
  waiting.set(response, wanted);
  if (seen.notes >= wanted) tell(response);
  else setTimeout(tell, maxWaitMs, response);
}

function tell(response: ServerResponse): void {
  if (waiting.delete(response)) response.end(JSON.stringify(seen));
}

const server = createServer((request, response) => {
  const { method, url = '' } = request;
  if (method === 'GET') return wait(Number(url.slice(1)), response);
  void text(request).then((body) => {
    if (method !== 'PUT') return call(url, body, response);
    begin(Number(body));
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
