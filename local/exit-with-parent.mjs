// Loaded ahead of a program (`node --import`) to tie it to whoever started it with a channel: when that is gone, however
// it went, the channel closes and the program ends as if it had been told to.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// A channel that is listened to would keep the program from ending by itself.
process.channel?.unref();
// The program's own workers have channels that they live by, and are started with the same options (jest's are).
process.execArgv = process.execArgv.filter((option) => option !== `--import=${import.meta.url}`);
