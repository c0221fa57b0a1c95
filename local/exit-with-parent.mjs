// Preloaded (`node --import`) to end a program when its parent is gone: the channel to the parent then closes.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Otherwise the open channel would keep the program running.
process.channel?.unref();
// The program's own workers inherit these options, but need their channels (jest's workers do).
process.execArgv = process.execArgv.filter((option) => option !== `--import=${import.meta.url}`);
