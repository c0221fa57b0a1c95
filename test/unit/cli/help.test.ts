import { expect, test } from '@jest/globals';
import { createProgram } from '../../../cli/program.ts';

type Page = { readonly command: string; readonly text: string };

/** Every page of help, as it is where the terminal has 80 columns. */
async function helpPages(): Promise<readonly Page[]> {
  const program = await createProgram();
  return [program, ...program.commands].map((command) => {
    let text = '';
    command.configureOutput({
      ...command.configureOutput(),
      writeOut: (more) => {
        text += more;
      },
    });
    command.outputHelp();
    return { command: command.name(), text };
  });
}

test('every page of help fits into 80 columns, and ends with something to copy', async () => {
  const pages = await helpPages();
  expect(pages.map(({ command }) => command)).toEqual(expect.arrayContaining(['forwarder', 'init', 'replay', 'erase']));
  const tooWide = pages.flatMap(({ text }) => text.split('\n').filter(({ length }) => length > 80));
  expect(tooWide).toEqual([]);
  for (const { command, text } of pages.slice(1))
    expect([command, text]).toEqual([command, expect.stringContaining('\n  npx forwarder ')]);
});

test('what can be listed by state says what each means', async () => {
  const pages = await helpPages();
  for (const { command, text } of pages.filter((page) => ['list', 'replay'].includes(page.command))) {
    expect([command, text]).toEqual([command, expect.stringMatching(/ or all\n.*\n {2}spooled {4}kept in the table/s)]);
  }
});
