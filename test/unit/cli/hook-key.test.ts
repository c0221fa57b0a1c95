import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newHookKey, readRevision, writeRevision } from '../../../cli/commands/rotate-key.ts';
import { isDeployedKey, keyOf } from '../../../cli/lib/deployment/deployment.ts';
import { generated } from '../../../local/provision/secrets.ts';

describe('a key', () => {
  test('is like the one that CloudFormation made', () => {
    const like = generated({ PasswordLength: 43, ExcludePunctuation: true });
    expect(newHookKey()).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(newHookKey()).toHaveLength(like.length);
    expect(newHookKey()).not.toBe(newHookKey());
  });

  test('is deployed where its digest is', () => {
    // sha256 of "key"
    const HookKeyDigests = '00,2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683';
    expect(isDeployedKey({ HookKeyDigests }, 'key')).toBe(true);
    expect(isDeployedKey({ HookKeyDigests }, 'other')).toBe(false);
    expect(keyOf('https://x.example/smartsupp/key')).toBe('key');
  });
});

describe('the revision in cdk.json', () => {
  let file: string;
  beforeAll(() => {
    file = join(mkdtempSync(join(tmpdir(), 'cdk-')), 'cdk.json');
  });
  afterAll(() => rmSync(join(file, '..'), { recursive: true }));

  test('is all that changes', () => {
    const text = readFileSync('cdk.json', 'utf8');
    writeFileSync(file, text);
    const revision = readRevision(file);
    writeRevision(file, revision + 1);
    expect(readRevision(file)).toBe(revision + 1);
    expect(readFileSync(file, 'utf8')).toBe(
      text.replace(`"hookKeyRevision": ${revision}`, `"hookKeyRevision": ${revision + 1}`),
    );
  });

  test('must be there', () => {
    writeFileSync(file, '{"context": {}}');
    expect(() => readRevision(file)).toThrow(/has no number "hookKeyRevision"/);
    expect(() => readRevision(`${file}.none`)).toThrow(/Run this in the project's directory/);
  });
});
