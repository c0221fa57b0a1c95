import { Option } from 'commander';

/** By which of a person's marks they are named; see `whoIs`. */
export const whoOptions = () => [
  new Option('--email <address>', 'whoever left this address'),
  new Option('--phone <number>', 'with its country: +420601123456'),
  new Option('--visitor <id>', "Smartsupp's id of the visitor"),
];
