import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type FakeZendesk, startFakeZendesk } from '../../support/fake-zendesk.ts';
import { newDirectory } from '../local/support/directory.ts';
import { noAwsUser } from './support/fake-account.ts';
import { createForwarderHere, type Forwarder } from './support/forwarder.ts';
import { ctrlC, down, enter, openTerminal } from './support/terminal.ts';

// A terminal that is typed at, on a machine that may be busy.
jest.setTimeout(60_000);

let crm: FakeZendesk;
let email: string;
let token: string;
beforeAll(async () => {
  crm = await startFakeZendesk();
  ({ email, token } = JSON.parse(crm.secret));
});
afterAll(() => crm.close());

let directory: string;
let forwarder: Forwarder;
beforeEach(() => {
  directory = newDirectory();
  const run = createForwarderHere(join(directory, '.local'));
  forwarder = (args, options) => run(args, { ...options, cwd: directory, env: { ...noAwsUser, ...options?.env } });
});

const file = (name: string) => readFileSync(join(directory, name), 'utf8');
const config = () => JSON.parse(file('forwarder.json'));
const zendesk = () => ['init', '--crm', 'zendesk', '--set', `baseUrl=${crm.url}`];

describe('in a terminal', () => {
  const open = (...args: readonly string[]) =>
    openTerminal(args, { ...noAwsUser, TZ: 'Europe/Prague', LC_ALL: 'cs_CZ.UTF-8' }, directory);

  test('asks with arrow keys, has a wrong token corrected, and shows no secret', async () => {
    writeFileSync(join(directory, '.env'), 'PORT=4000\n', { mode: 0o644 });
    const terminal = open('init', '--local');
    await terminal.shows(/Which CRM do your chats go to\?/);
    // In whole words.
    await terminal.shows(/^missed$/);
    const offered = terminal.lines().map((line) => line.trim());
    const place = offered.indexOf('zendesk') - offered.findIndex((line) => line.endsWith('❯ hubspot'));
    terminal.type(down.repeat(place));
    await terminal.shows(/❯ zendesk/);
    await terminal.shows(/the visitor as a requester/);
    terminal.type(enter);
    await terminal.shows(/Your own name for it.*zendesk/);
    terminal.type(enter);
    await terminal.shows(/Your Zendesk Support, such as/);
    await terminal.shows(/baseUrl: *$/);
    terminal.type(`http://shop.zendesk.com${enter}`);
    await terminal.shows(/Give an address with https:/);
    terminal.type(`\u0015${crm.url}${enter}`);
    await terminal.shows(/E-mail address of the agent/);
    terminal.type(`${email}${enter}`);
    await terminal.shows(/API token: *$/);
    terminal.type(`wrong-token${enter}`);
    await terminal.shows(/✗ Zendesk answered 401/);
    await terminal.shows(/❯ Enter the credentials again/);
    terminal.type(enter);
    await terminal.shows(/^ *forwarder: *$/);
    terminal.type(`${email}${enter}`);
    await terminal.shows(/API token: *$/);
    terminal.type(`${token}${enter}`);
    await terminal.shows(/✓ zendesk accepts the credentials/);
    await terminal.shows(/❯ Europe\/Prague/);
    terminal.type(enter);
    await terminal.shows(/Your shop's country.*\(CZ\)/);
    terminal.type(enter);
    await terminal.shows(/❯ čeština \(cs\)/);
    terminal.type(enter);
    await terminal.shows(/For how many days/);
    terminal.type(enter);
    expect(await terminal.exit).toBe(0);

    const screen = terminal.lines().join('\n');
    expect(screen).toMatch(/Next:\n {2}1\. npm start .*\n {2}2\. npx forwarder doctor --local/);
    expect(screen).not.toContain(token);
    expect(screen).not.toContain('wrong-token');
    expect(terminal.hasWrapped()).toBe(false);
    expect(config()).toEqual({
      $schema: expect.stringMatching(/forwarder\.schema\.json$/),
      timezone: 'Europe/Prague',
      phoneRegion: 'CZ',
      language: 'cs',
      retentionDays: 365,
      destinations: [{ name: 'zendesk', adapter: 'zendesk', baseUrl: crm.url }],
    });
    expect(file('.env')).toMatch(/^PORT=4000\nFORWARDER_SECRET_ZENDESK='/);
    const { FORWARDER_SECRET_ZENDESK: secret = '' } = parseEnv(file('.env'));
    expect(JSON.parse(secret)).toEqual({ email, token });
    expect(statSync(join(directory, '.env')).mode & 0o777).toBe(0o600);
  });

  test('Ctrl-C changes nothing', async () => {
    const terminal = open('init', '--local');
    await terminal.shows(/Which CRM/);
    terminal.type(ctrlC);
    expect(await terminal.exit).toBe(130);
    expect(terminal.lines()).toContain('Stopped. Nothing was changed.');
    expect(existsSync(join(directory, 'forwarder.json'))).toBe(false);
  });

  test('offers to add a destination, or to set one up anew', async () => {
    const present = { name: 'shop', adapter: 'webhook', url: 'https://shop.example/chats', minMessages: 2 };
    writeFileSync(join(directory, 'forwarder.json'), JSON.stringify({ giveUpAfterHours: 5, destinations: [present] }));
    const terminal = open('init', '--language', 'en', '--retention-days', '30');
    await terminal.shows(/❯ Add another destination/);
    terminal.type(down);
    await terminal.shows(/❯ Set up shop again/);
    terminal.type(enter);
    await terminal.shows(/❯ webhook/);
    terminal.type(enter);
    await terminal.shows(/Your own name for it.*shop/);
    terminal.type(enter);
    await terminal.shows(/url: \(https:\/\/shop\.example\/chats\)/);
    terminal.type(enter);
    await terminal.shows(/In which timezone/);
    terminal.type('vienna');
    await terminal.shows(/❯ Europe\/Vienna/);
    terminal.type(enter);
    await terminal.shows(/Your shop's country.*\(AT\)/);
    terminal.type(`SK${enter}`);
    await terminal.shows(/Where to send alarms by e-mail/);
    terminal.type(`ops@example.com${enter}`);
    await terminal.shows(/The number of your Smartsupp account/);
    terminal.type(`no number!${enter}`);
    await terminal.shows(/Give its number, such as 208/);
    terminal.type(`\u0015208${enter}`);
    expect(await terminal.exit).toBe(0);
    expect(config()).toMatchObject({
      giveUpAfterHours: 5,
      timezone: 'Europe/Vienna',
      phoneRegion: 'SK',
      alarmEmail: 'ops@example.com',
      api: { accountId: '208' },
      destinations: [present],
    });
    expect(existsSync(join(directory, '.env'))).toBe(false);
  });
});

describe('in a script', () => {
  test('never waits: it says what is missing', async () => {
    const missing = async (args: readonly string[]) => {
      const { code, stderr } = await forwarder(args);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await missing(['init'])).toMatch(/give --crm, one of .*zendesk.*\.\n$/);
    expect(await missing(['init', '--crm', 'zendesk'])).toMatch(/give --set baseUrl=….\n$/);
    expect(await missing([...zendesk(), '--local'])).toMatch(/FORWARDER_SECRET_ZENDESK, or .* --secret-stdin/);
    expect(existsSync(join(directory, 'forwarder.json'))).toBe(false);
  });

  test('takes the secret from a pipe, and the rest from flags', async () => {
    const args = [...zendesk(), '--name', 'help-desk', '--timezone', 'UTC', '--secret-stdin', '--local'];
    const { code, stdout, stderr } = await forwarder(args, { input: `${crm.secret}\n` });
    expect([code, stderr]).toEqual([0, expect.stringContaining('FORWARDER_SECRET_HELP_DESK is in .env')]);
    expect(stdout).toContain('1. npm start');
    expect(parseEnv(file('.env'))['FORWARDER_SECRET_HELP_DESK']).toBe(crm.secret);

    const again = await forwarder([...zendesk(), '--secret-stdin', '--local'], { input: crm.secret });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('give --add, or --replace help-desk.')]);
  });

  test('credentials that are refused change nothing, and are not printed', async () => {
    const secret = JSON.stringify({ email, token: 'a-wrong-token' });
    const env = { FORWARDER_SECRET_ZENDESK: secret };
    const { code, stdout, stderr } = await forwarder([...zendesk(), '--local'], { env });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/✗ Zendesk answered 401/);
    expect(stderr).toMatch(/→ See "What you need"/);
    expect(stderr).not.toContain('a-wrong-token');
    expect(existsSync(join(directory, 'forwarder.json'))).toBe(false);

    expect((await forwarder([...zendesk(), '--local', '--no-check'], { env })).code).toBe(0);
  });

  test('without AWS credentials the configuration is written all the same', async () => {
    const args = [
      'init',
      '--crm',
      'zendesk',
      '--set',
      'baseUrl=https://shop.zendesk.com',
      '--no-check',
      '--secret-stdin',
    ];
    const { code, stdout, stderr } = await forwarder(args, { input: crm.secret });
    expect([code, stderr]).toEqual([0, expect.stringContaining('Cannot tell whether it is deployed')]);
    expect(stdout.split('\n')).toEqual([
      'Next:',
      expect.stringMatching(/^ {2}1\. npx cdk bootstrap /),
      expect.stringMatching(/^ {2}2\. npx cdk deploy /),
      expect.stringMatching(/^ {2}3\. npx forwarder secret zendesk /),
      expect.stringMatching(/^ {2}4\. npx forwarder doctor /),
      expect.stringMatching(/^ {2}5\. npx forwarder url /),
      '',
    ]);
  });

  test('for AWS takes no address of this machine, and says what to do', async () => {
    const { code, stderr } = await forwarder(zendesk());
    expect([code, stderr]).toEqual([2, expect.stringContaining('Give a public address, or run init --local')]);
    expect(existsSync(join(directory, 'forwarder.json'))).toBe(false);
  });

  test('says where the key is that whoever receives must have', async () => {
    const webhook = [
      'init',
      '--crm',
      'webhook',
      '--set',
      'url=http://127.0.0.1:4000/chats',
      '--name',
      'shop',
      '--local',
    ];
    const { code, stderr } = await forwarder(webhook);
    expect(code).toBe(0);
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /with shop's key: FORWARDER_SECRET_SHOP in the environment .*, "destination\/shop" in \.local\/secrets\.json\./,
    );
  });

  test('says that the demo CRM gives way, and keeps an e-mail address that nobody asked about', async () => {
    const demo = { name: 'demo', adapter: 'webhook', url: 'http://127.0.0.1:3000/demo-crm' };
    const before = { alarmEmail: 'ops@example.com', destinations: [demo] };
    writeFileSync(join(directory, 'forwarder.json'), JSON.stringify(before));
    const args = [...zendesk(), '--no-check', '--local'];
    const { code, stderr } = await forwarder(args);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/demo is\s+removed\s+from\s+that\s+file/)]);
    expect(config()).toMatchObject({ alarmEmail: 'ops@example.com', destinations: [{ name: 'zendesk' }] });
    expect((await forwarder([...args, '--add', '--name', 'other'])).stderr).not.toContain('demo');
  });

  test('a destination that is set up anew keeps its mapping, whatever is within the same setting', async () => {
    const owners = { agents: { Eva: '9' }, fallback: '8' };
    const raynet = { name: 'crm', adapter: 'raynet', instance: 'shop', owners, fields: { note: 'visitor.note' } };
    writeFileSync(join(directory, 'forwarder.json'), JSON.stringify({ destinations: [raynet] }));
    const args = ['--crm', 'raynet', '--replace', 'crm', '--set', 'instance=other', '--no-check', '--local'];
    expect((await forwarder(['init', ...args])).code).toBe(0);
    expect(config().destinations).toEqual([{ ...raynet, instance: 'other' }]);
  });
});
