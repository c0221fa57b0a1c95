/**
 * Shows the progress of slow steps: a moving line on a terminal, then a tick and the seconds. Plain JavaScript, since
 * the first step installs the packages.
 */

const frames = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const frameMs = 150;

export function createSteps(stream) {
  const isLive = Boolean(stream.isTTY) && process.env.TERM !== 'dumb';
  let line = () => '';
  let timer;
  const clear = () => isLive && line() !== '' && stream.write('\r\x1b[K');
  // A line that wraps could not be cleared.
  const draw = () => isLive && line() !== '' && stream.write(`\r\x1b[K${line().slice(0, (stream.columns || 80) - 1)}`);

  const abandon = () => {
    clearInterval(timer);
    clear();
    line = () => '';
  };

  return {
    begin(text, detail = () => '') {
      const from = performance.now();
      const seconds = () => (performance.now() - from) / 1000;
      let frame = 0;
      line = () => {
        const rest = [detail(), `${Math.floor(seconds())} s`].filter(Boolean).join(', ');
        return `${frames[frame % frames.length]} ${text}: ${rest}`;
      };
      draw();
      timer = setInterval(() => {
        frame += 1;
        draw();
      }, frameMs).unref();
      return {
        done(what) {
          abandon();
          stream.write(`✓ ${what} (${seconds().toFixed(1)} s)\n`);
        },
      };
    },
    print(text) {
      clear();
      stream.write(`${text}\n`);
      draw();
    },
    abandon,
  };
}
