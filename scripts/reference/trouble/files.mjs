// Why a failure of 13xx is met, and what to type. `says` is what the message says, `…` for what differs.
export const FILES = {
  1301: {
    means: 'There is no such file, folder or notebook. The message says on which side.',
    causes: [
      {
        says: 'no such file or folder',
        why: 'relative remote paths begin where shell commands start, which is `/content` on Colab',
        fix: 'look what is there',
      },
      {
        says: 'there is no file `…`',
        why: 'a word for `run -f` or `notebook run` that is not here',
        fix: 'check the folder you are in',
      },
      {
        why: 'a notebook in Drive that you see in the browser',
        fix: 'this program sees [only those it made](notebooks.md#what-this-program-sees-in-drive): upload a copy',
      },
    ],
    type: ['lecoder-cgpu files ls -la', 'lecoder-cgpu notebook list'],
  },
  1302: {
    means: 'A file or folder may not be read or written, here or there.',
    causes: [
      { says: 'not allowed', why: 'owner or mode forbid it', fix: 'look at them' },
      {
        says: 'not allowed on a file system that cannot be written',
        why: 'a read-only disk or container',
        fix: 'set `LECODER_CONFIG_DIR` to a folder that can be written',
      },
      {
        says: '`…` belongs to another user',
        why: 'an earlier call with `sudo` made the config folder',
        fix: 'give it back, as `doctor` says',
      },
      {
        says: 'the server shows and takes no hidden files',
        why: 'files go [without a kernel](files.md#without-a-kernel) at the moment',
        fix: 'try again when the kernel is free',
      },
    ],
    type: ['lecoder-cgpu doctor --offline', 'lecoder-cgpu files ls -l'],
  },
  1303: {
    means:
      'A transfer did not come to a good end. Nothing half-written is left under the real name, and the same command goes on where it stopped.',
    causes: [
      { says: 'changed while it was read', why: 'a program writes to it', fix: 'send a copy' },
      { says: 'arrived with another SHA-256', why: 'it changed on the way, or while it was sent', fix: 'run it again' },
      {
        says: 'left alone on both sides',
        why: '`sync`: both sides changed since they were the same',
        fix: 'look with `--dry-run`, then decide with `--force`',
      },
      {
        says: 'Windows allows no file of that name',
        why: 'a name such as `a:b` or `nul`',
        fix: 'rename it on the runtime',
      },
      {
        says: 'is not what `SHA256SUMS` says; nothing was changed',
        why: '`upgrade`: what was fetched is not what was published',
        fix: 'try again; if it stays so, do not trust that server',
      },
    ],
    type: ['lecoder-cgpu sync . --dry-run', 'lecoder-cgpu upload data.csv         # again: goes on'],
  },
  1304: {
    means: 'There is no room for it, and nothing was written.',
    causes: [
      {
        says: 'needs … bytes, and the disk has … free',
        why: 'the disk of the side that is named is too full',
        fix: 'make room, or send it packed',
      },
      {
        says: 'more than the server takes',
        why: 'the server limits the size of a request',
        fix: 'try again when the kernel is free: then no request is large',
      },
      {
        says: 'MB do not go into one JSON object',
        why: '`files cat --json` of a large file',
        fix: 'fetch it with `download`',
      },
    ],
    type: ['lecoder-cgpu run "df -h ."', 'tar cz data | lecoder-cgpu upload - data.tar.gz'],
  },
};
