import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { kernelEnv, serverEnv } from '../../../src/local/server-env.ts';

const folders = { data: '/d', runtime: '/r' };

test("the user's environment goes through, secrets and strangers' settings do not", () => {
  const env = serverEnv(
    {
      PATH: '/bin',
      MY_VAR: 'x',
      LECODER_TIMEOUT: '5',
      JUPYTER_DATA_DIR: '/mine',
      LECODER_REFRESH_TOKEN: 's',
      LECODER_CLIENT_SECRET: 's',
      GOOGLE_CLIENT_SECRET: 's',
      JUPYTER_TOKEN: 's',
      JUPYTER_SERVER_URL: 'u',
      JUPYTER_GATEWAY_URL: 'u',
      JUPYTER_PORT: '1',
      jupyter_gateway_auth_token: 's',
    },
    folders,
  );
  expect(env).toEqual({
    PATH: '/bin',
    MY_VAR: 'x',
    LECODER_TIMEOUT: '5',
    JUPYTER_DATA_DIR: '/mine',
    JUPYTER_NO_CONFIG: '1',
    JUPYTER_PATH: '/d',
    JUPYTER_RUNTIME_DIR: '/r',
  });
});

test('kernels of the user are still found, after ours', () => {
  expect(serverEnv({ JUPYTER_PATH: '/theirs' }, folders).JUPYTER_PATH).toBe(`/d${delimiter}/theirs`);
});

test('kernels get back what was set for the server alone', () => {
  expect(kernelEnv({ JUPYTER_PATH: '/theirs', OTHER: 'x' })).toEqual({
    restored: { JUPYTER_PATH: '/theirs' },
    forgotten: ['JUPYTER_NO_CONFIG', 'JUPYTER_RUNTIME_DIR'],
  });
});
