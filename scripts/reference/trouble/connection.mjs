// Why a failure of 11xx is met, and what to type. `says` is what the message says, `…` for what differs.
export const CONNECTION = {
  1101: {
    means: 'The other side could not be reached at all, or said nothing in time.',
    causes: [
      {
        says: 'nothing listens at …',
        why: 'the server does not run, or the port is wrong',
        fix: 'start it; `jupyter server list` shows its address',
      },
      {
        says: 'there is no host named …',
        why: 'the name is misspelled, or this machine is off the network',
        fix: 'open any web page to see',
      },
      {
        says: '… cannot be reached: …',
        why: 'a proxy that a variable names does not answer',
        fix: 'check `HTTPS_PROXY`; `NO_PROXY` leaves hosts out',
      },
      {
        says: 'the certificate of … is not trusted',
        why: "a company's proxy opens TLS, or the server signed its certificate itself",
        fix: "name the authority's PEM file in `NODE_EXTRA_CA_CERTS`",
      },
      {
        says: 'the certificate of … has expired',
        why: 'it has, or the clock of this machine is wrong',
        fix: 'look at `date` first',
      },
      {
        says: '… does not speak TLS',
        why: 'the address says `https`, the server speaks `http`',
        fix: 'change the address',
      },
      {
        says: 'no answer from … within … s',
        why: 'a firewall drops the packets, or the server is overloaded',
        fix: 'try from another network',
      },
      {
        says: 'nobody signed in within … minutes',
        why: 'the browser never came back',
        fix: 'on a machine without one add `--headless`',
      },
      {
        says: 'no emulator runs',
        why: 'it was stopped, or the machine was restarted',
        fix: '`lecoder-cgpu emulator start`',
      },
    ],
    type: ['lecoder-cgpu doctor                  # each hop by itself: names, proxy, TLS, clock, Google, Jupyter'],
  },
  1102: {
    means: 'There is no machine to run on. Whether waiting helps says `retryable`; the hints name what to do.',
    causes: [
      {
        says: 'Colab has no machine with … free',
        why: 'all of that model are taken at this moment',
        fix: 'wait, or name more models in order of preference',
      },
      {
        says: 'Colab does not permit … to this account',
        why: 'not in your plan',
        fix: 'choose from those the hint lists; waiting does not help',
      },
      {
        says: "the account's quota does not allow … now",
        why: 'the quota for that kind of machine is used up',
        fix: 'free a machine, or take one without an accelerator',
      },
      {
        says: 'the account has used up its time on Colab for now',
        why: 'no units are left',
        fix: '`usage` says when more comes',
      },
      {
        says: 'the private Python environment of the local runtime could not be made',
        why: 'the package index cannot be reached, or the disk is full',
        fix: 'the details say which; or install `jupyter_server` and `ipykernel` yourself',
      },
      {
        says: 'there is no Python on this machine that could run a local kernel',
        why: 'none was found on the search path',
        fix: 'install Python 3.9 or newer',
      },
      {
        says: 'is too old for a local kernel',
        why: 'the Python that was found is older than 3.9',
        fix: 'name a newer one with `lecoder-cgpu config set localPython <path>`',
      },
      {
        says: 'our local Jupyter server …',
        why: 'it did not start, or ended',
        fix: 'its log is `state/local/server.log`; run again',
      },
      {
        says: 'a folder can be synced only by a Python kernel that is free',
        why: 'the server starts no second kernel, and the first computes',
        fix: 'wait, interrupt it, or use `upload`',
      },
    ],
    type: [
      'lecoder-cgpu usage                              # what is left, and what runs',
      'lecoder-cgpu connect --gpu A100,L4,T4 --wait 2h --no-shell',
      'lecoder-cgpu connect --cpu --no-shell',
      'lecoder-cgpu doctor --runtime local             # why this machine cannot',
    ],
  },
  1103: {
    means:
      'The connection was there and broke, and could not be had again within a minute and a half; or it was never granted.',
    causes: [
      {
        says: 'lost the connection to the runtime',
        why: 'the network went away for too long, or the machine did',
        fix: 'look whether the machine is there, and run again',
      },
      {
        says: 'answered … to the WebSocket upgrade',
        why: 'a proxy or the server refuses WebSockets',
        fix: 'ask whoever runs it to let them through, or leave the host out with `NO_PROXY`',
      },
      { says: 'takes the `Upgrade` header away', why: 'a proxy in between does not know WebSockets', fix: 'the same' },
      {
        says: 'lost the connection to the terminal',
        why: "as the first, for a terminal of Jupyter's or Colab's",
        fix: '`connect` again; named terminals go on',
      },
    ],
    type: [
      'lecoder-cgpu status                  # is the machine there, and what does its kernel do',
      'lecoder-cgpu doctor                  # tries an upgrade by itself',
    ],
  },
  1104: {
    means: 'Colab gives this account no further machine beside those it holds.',
    causes: [
      {
        says: 'the account holds as many machines as it may',
        why: 'each machine that runs counts, those made in a browser too',
        fix: 'free one; the hints name the commands',
      },
    ],
    type: ['lecoder-cgpu sessions list', 'lecoder-cgpu sessions close <endpoint>', 'lecoder-cgpu disconnect --all'],
  },
  1105: {
    means:
      'The machine is gone, and with it its kernels, variables and files. That is said only when Colab no longer lists it.',
    causes: [
      {
        says: 'Colab has ended machine',
        why: 'it was idle for too long, or reached its time limit',
        fix: 'connect again; `--keep-alive` says for how long it is pinged',
      },
      {
        says: 'the machine of session … is gone',
        why: 'it was given back somewhere else, or the local server ended',
        fix: 'connect again, and forget what is left of the session',
      },
      { says: 'the session was closed meanwhile', why: 'another command of yours closed it', fix: 'connect again' },
    ],
    type: ['lecoder-cgpu sessions clean', 'lecoder-cgpu connect --gpu T4 --no-shell'],
  },
};
