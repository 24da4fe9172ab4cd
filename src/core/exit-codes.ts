/** What each exit code of the program means. Which error ends with which is in `failure.ts`. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'success',
  1: 'general error',
  2: 'invalid arguments',
  3: 'authentication required',
  4: 'connection failed',
  5: 'execution failed: the remote code or command did',
  6: 'timeout',
  130: 'interrupted; a second Ctrl-C leaves at once',
};
