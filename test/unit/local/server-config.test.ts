import { expect, test } from 'vitest';
import { pythonKernel, serverConfig } from '../../../src/local/server-config.ts';

test('listens on this machine alone, with the token under both names that versions of the server know', () => {
  const config = serverConfig({ token: 't', folder: '/home/ann', idleTimeout: 3600 });
  expect(config).toMatchObject({
    ServerApp: {
      ip: '127.0.0.1',
      token: 't',
      root_dir: '/home/ann',
      open_browser: false,
      iopub_data_rate_limit: 0,
    },
    IdentityProvider: { token: 't' },
    ZMQChannelsWebsocketConnection: { iopub_data_rate_limit: 0, iopub_msg_rate_limit: 0 },
  });
});

test.each([
  [3600, 3600, 60],
  [40, 40, 10],
  [1.4, 1, 1],
  [0, 0, 1],
  [-5, 0, 1],
])('an idle time of %d s is %d s, looked at every %d s', (idleTimeout, seconds, interval) => {
  expect(serverConfig({ token: 't', folder: '/', idleTimeout })).toMatchObject({
    ServerApp: { shutdown_no_activity_timeout: seconds },
    MappingKernelManager: {
      cull_idle_timeout: seconds,
      cull_interval: interval,
      cull_connected: false,
      cull_busy: false,
    },
  });
});

test("the kernel runs on the server's own Python and holds no token", () => {
  const kernel = pythonKernel('/venv/bin/python', { JUPYTER_PATH: '/theirs' });
  expect(kernel).toMatchObject({
    argv: ['/venv/bin/python', '-c', expect.any(String), '-f', '{connection_file}'],
    env: { JUPYTER_PATH: '/theirs' },
  });
});
