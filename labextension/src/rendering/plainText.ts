/** What a terminal would show of a program's output, as plain text. */

// eslint-disable-next-line no-control-regex
const CONTROL_SEQUENCE = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Without colours; a carriage return overwrites its line, as progress bars expect. */
export function plainText(text: string): string {
  const withoutColours = text.replace(CONTROL_SEQUENCE, '').replace(/\r\n/g, '\n');
  if (!withoutColours.includes('\r')) {
    return withoutColours;
  }
  return withoutColours.split('\n').map(overwritten).join('\n');
}

function overwritten(line: string): string {
  return line.split('\r').reduce((shown, next) => next + shown.slice(next.length), '');
}
