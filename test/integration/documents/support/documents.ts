import { globSync, readFileSync } from 'node:fs';

/** Everything that is written for people. */
export const documents = globSync(['*.md', '{docs,infra,lambda,local,cli,test}/**/*.md']);

const fence = /^ *```(?:sh|bash|shell|zsh|console)\n(.*?)^ *```/gms;

/** The commands in a document's blocks for the shell, block by block: without comments, each in one line. */
export const blocksIn = (document: string): readonly (readonly string[])[] =>
  [...readFileSync(document, 'utf8').matchAll(fence)].map(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) =>
        line
          .replace(/^\$ /, '')
          .replace(/(^|\s+)# .*/, '')
          .trim(),
      )
      .filter((line) => line !== ''),
  );

/** Every command in the blocks of all documents, once. */
export const commandsInBlocks: readonly string[] = [
  ...new Set(documents.flatMap((document) => blocksIn(document).flat())),
];
