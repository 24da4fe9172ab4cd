// Why a failure of 12xx is met, and what to type. `says` is what the message says, `…` for what differs.
export const CODE = {
  1201: {
    means: 'Python could not read the code; nothing of that cell ran.',
    causes: [
      { why: 'a typing error', fix: 'the traceback points at it' },
      {
        why: 'the shell at home took quotes, `$` or `!` away',
        fix: 'put the code between single quotes, or into a file',
      },
      { why: 'shell words were run with `-k`', fix: 'leave `-k` out' },
    ],
    type: ['lecoder-cgpu run -k -f train.py', 'lecoder-cgpu run -k \'print("as it is")\''],
  },
  1202: {
    means:
      'The code raised an exception, or the command ended with another status than 0. That is its answer, not a fault of the way there.',
    causes: [
      {
        says: 'the command ended with status …',
        why: 'the remote command failed',
        fix: 'its stderr says why; `127` means that there is no such command',
      },
      {
        says: 'the code ended itself with status …',
        why: '`exit(n)` or `sys.exit(n)` with a number other than 0',
        fix: 'so it was meant',
      },
      { why: 'any other exception', fix: 'read the traceback; variables are as they were when it was raised' },
      {
        says: 'cannot make',
        why: '`notebook export`: nbconvert was there and failed',
        fix: 'the details are its own words',
      },
    ],
    type: [
      'lecoder-cgpu logs --status error -n 1 --json | jq ".data[0].error"',
      'lecoder-cgpu run --propagate-exit-code "exit 3"    # the remote status as our own',
    ],
  },
  1203: {
    means: 'It took longer than it may. The cell was interrupted, or the command and all it started were ended.',
    causes: [
      {
        says: 'was stopped after',
        why: '`--timeout` passed: 300 seconds unless you or `defaultTimeout` say otherwise',
        fix: 'give it more, or 0 for no limit',
      },
      {
        says: 'the command ended with status 124',
        why: '`timeout` on the runtime ended it, not we',
        fix: 'give that one more',
      },
      { why: '`TimeoutError` in the code', fix: 'something that the code talks to is slow' },
    ],
    type: ['lecoder-cgpu run --timeout 2h "python train.py"', 'lecoder-cgpu config set defaultTimeout 3600'],
  },
  1204: {
    means: 'Memory of the machine or of its GPU ran out.',
    causes: [
      {
        says: 'the command was killed (status 137)',
        why: 'the system killed it for memory',
        fix: 'use less, or a larger machine',
      },
      {
        says: 'the kernel was killed because memory ran out',
        why: 'the same, for the kernel: its variables are gone',
        fix: 'run again from the start, with less',
      },
      { why: '`CUDA out of memory`', fix: 'a smaller batch or model; a restart frees what earlier cells hold' },
    ],
    type: [
      'lecoder-cgpu status                  # how much there is',
      'lecoder-cgpu kernel restart          # frees what the kernel holds',
      'lecoder-cgpu connect --gpu A100 --high-mem --no-shell',
    ],
  },
  1205: {
    means: 'A package is missing on the runtime. `error.suggestion` is the command that installs it.',
    causes: [
      {
        why: '`ModuleNotFoundError`',
        fix: 'install it there; the package may be called otherwise than the module (`cv2` is `opencv-python`)',
      },
      { why: 'a module of your own', fix: 'send it along with `--sync .`' },
      { why: '`ImportError` after an update', fix: 'restart the kernel: it still holds the old one' },
      {
        says: 'is made by nbconvert, and',
        why: '`notebook export` found no nbconvert',
        fix: 'install it where the message says',
      },
    ],
    type: [
      'lecoder-cgpu run "pip install opencv-python"',
      'lecoder-cgpu run --sync . -k "import mymodule"',
      'lecoder-cgpu kernel restart',
    ],
  },
  1206: {
    means: 'A file, the disk or the network failed: on the runtime, or, where the message says so, on this machine.',
    causes: [
      {
        why: '`OSError`, `FileNotFoundError`, `ConnectionError` in the code',
        fix: 'relative paths begin where the kernel was started: `/content` on Colab',
      },
      { says: 'no space left to write', why: 'the disk is full', fix: 'make room, or write elsewhere' },
      {
        says: 'a file is where a folder has to be',
        why: 'a path of this machine leads through a file',
        fix: 'move it away',
      },
      { says: 'too many files are open', why: 'the limit of this machine', fix: '`ulimit -n 4096`' },
    ],
    type: [
      'lecoder-cgpu run "pwd; df -h ."',
      'lecoder-cgpu files ls -l',
      'lecoder-cgpu doctor --offline        # room and rights on this machine',
    ],
  },
  1207: {
    means: 'The kernel ended in the middle, and its variables with it. The machine is still there.',
    causes: [
      {
        says: 'the kernel died; its variables are gone',
        why: 'a crash in native code, or somebody restarted it',
        fix: 'run again from the start',
      },
      {
        says: 'the kernel that moved the files died or was restarted',
        why: 'the same, during a transfer',
        fix: 'run it again: it goes on where it stopped',
      },
      {
        why: '`notebook run --resume`, and the kernel was restarted since',
        fix: 'leave `--resume` out to begin again',
      },
    ],
    type: ['lecoder-cgpu kernel status', 'lecoder-cgpu logs -n 3               # what ran before'],
  },
  1208: {
    means: 'Somebody stopped it: Ctrl-C, SIGTERM, `kernel interrupt`. Variables stay.',
    causes: [
      { why: 'Ctrl-C here', fix: 'run again when ready; a second Ctrl-C leaves at once' },
      {
        why: 'the interrupt came from another terminal, or from a notebook at the same kernel',
        fix: 'use a session of your own',
      },
      {
        says: 'nobody reads the output any more',
        why: 'the other end of the pipe closed, as `head` does',
        fix: 'it was meant, most likely',
      },
    ],
    type: ['lecoder-cgpu connect --name mine --no-shell'],
  },
};
