// Why a failure of 14xx and 1999 is met, and what to type. `says` is what the message says, `…` for what differs.
export const REQUESTS = {
  1401: {
    means: 'Too many requests, and waiting as long as `Retry-After` asked was not enough.',
    causes: [
      {
        says: '… asks for fewer requests',
        why: 'a loop that asks all the time, or others behind the same address',
        fix: 'wait a minute; ask less often',
      },
      {
        says: 'Drive asks for fewer requests',
        why: "the quota of your OAuth client's project",
        fix: "wait; its page in Google's console shows the quota",
      },
    ],
    type: ['lecoder-cgpu run -k "1 + 1"           # asks Google nothing once a session is there'],
  },
  1402: {
    means:
      'The other side answered, but not with what it should: an error of its own, or somebody else answered in its place.',
    causes: [
      {
        says: '… answered with a web page instead of data',
        why: 'a login page of the network or a proxy is in between, or the path of the address is wrong',
        fix: 'open any web page to see; check the address',
      },
      { says: '… answered with …', why: 'the same, for Google', fix: 'the same' },
      { says: '… answered …', why: 'a server is out of order (5xx)', fix: 'try again later' },
      { says: 'Colab answered without a machine and without a reason', why: "Colab's own trouble", fix: 'try again' },
      { says: 'the answer of … is not what was expected', why: 'Google changed something', fix: 'try a newer version' },
      { says: '… has no release yet', why: '`upgrade` found nothing to compare with', fix: 'there is nothing to do' },
    ],
    type: ['lecoder-cgpu doctor'],
  },
  1403: {
    means:
      'What was typed makes no sense, and nothing was done. The message names the word, and the nearest right one.',
    causes: [
      { why: 'an option of the remote command before its first word', fix: 'put `--` in front of the remote command' },
      { why: 'a question that nobody can answer, in a script', fix: 'the message names the option that answers it' },
      { why: 'a value in `config.json` that makes no sense', fix: '`lecoder-cgpu config list` names it' },
      {
        says: '… is not there (404)',
        why: "the path of a Jupyter server's address is wrong",
        fix: 'paste the address as the browser shows it',
      },
    ],
    type: ['lecoder-cgpu help run', 'lecoder-cgpu run -- python train.py --timeout 5', 'lecoder-cgpu config list'],
  },
  1404: {
    means: 'Who you are is known, and you may not.',
    causes: [
      {
        says: 'Colab has blocked this account from its machines',
        why: 'Google did',
        fix: 'only Google can lift that; `--runtime local` needs no account',
      },
      {
        says: "the Drive API is not enabled in your OAuth client's project",
        why: 'it is off in every new project',
        fix: 'open the page that is named, press Enable, wait a minute',
      },
      {
        says: 'there is no room in the Drive of this account',
        why: 'it is full',
        fix: 'make room at the address that is named',
      },
      { says: '… forbids that', why: 'a policy of the server or of your organisation', fix: 'ask whoever runs it' },
    ],
    type: ['lecoder-cgpu auth status             # which account it is', 'lecoder-cgpu run --runtime local -k "1 + 1"'],
  },
  1999: {
    means: 'Something that we did not think of: a fault of ours. The message names the log.',
    causes: [{ says: 'this is a fault in lecoder-cgpu', why: 'it is', fix: 'send us the report below; read it first' }],
    type: ['lecoder-cgpu debug show -l error', 'lecoder-cgpu doctor --bundle report.json'],
  },
};
