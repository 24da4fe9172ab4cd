/** The name of each thing that can be asked of us: faults, counts and the request log go by these. */
export const OPERATIONS = {
  authorize: 'the approval page, `/o/oauth2/v2/auth`',
  token: 'code exchange and refresh, `/token`',
  revoke: '`/revoke`',
  userinfo: '`/oauth2/v2/userinfo`',
  tokeninfo: '`/tokeninfo`',
  'assign-check': '`GET /tun/m/assign`',
  assign: '`POST /tun/m/assign`',
  assignments: '`/tun/m/assignments`',
  'unassign-check': '`GET /tun/m/unassign/<endpoint>`',
  unassign: '`POST /tun/m/unassign/<endpoint>`',
  'keep-alive': '`/tun/m/<endpoint>/keep-alive/`',
  'runtime-proxy-token': '`/tun/m/runtime-proxy-token`',
  'ccu-info': '`/tun/m/ccu-info`',
  'propagation-check': '`GET /tun/m/credentials-propagation/<endpoint>`',
  propagation: '`POST /tun/m/credentials-propagation/<endpoint>`',
  consent: 'the page a dry run sends the user to',
  tunnel: 'any other path below `/tun/m/<endpoint>/`',
  experiments: '`/vscode/experiment-state`',
  page: 'pages for browsers: `/notebooks/empty.ipynb`, `/signup`',
  'gapi-assignments': '`/v1/assignments`',
  'gapi-proxy-token': '`/v1/runtime-proxy-token`',
  'gapi-user-info': '`/v1/user-info`',
  'public-runtimes': '`/v1beta/runtimes…`',
  'public-specs': '`/v1beta/runtimespecs`',
  'public-subscription': '`/v1beta/subscription`',
  'public-operations': '`/v1/operations…`',
  'drive-list': '`GET /drive/v3/files`',
  'drive-get': '`GET /drive/v3/files/<id>`',
  'drive-create': '`POST` of a file, with content or without',
  'drive-update': '`PATCH` of a file or of its content',
  'drive-content': '`PUT` of content, in a resumable upload',
  'drive-delete': '`DELETE /drive/v3/files/<id>`',
  unknown: 'a path that none of the services has',
  'proxy-kernels': "the proxy's `/api/kernels…` and `/api/sessions…`",
  'proxy-contents': "the proxy's `/api/contents…` and `/files/…`",
  'proxy-resources': "the proxy's `/api/colab/…`",
  'proxy-http': 'anything else over HTTP at a proxy',
  'proxy-kernel-socket': 'the upgrade of a kernel’s socket',
  'proxy-terminal-socket': 'the upgrade of `/colab/tty` or `/terminals/websocket/…`',
} as const;

export type Operation = keyof typeof OPERATIONS;

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(OPERATIONS, name);
}
