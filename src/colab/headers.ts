/** How we introduce ourselves to Colab: by our own name, and to nobody as somebody else. */
export const CLIENT_AGENT = 'lecoder-cgpu';

/** Colab's own headers, named here once. Source: the clients Google publishes. */
export const HEADERS = {
  agent: 'X-Colab-Client-Agent',
  /** Token from the GET that precedes every change. */
  xsrf: 'X-Goog-Colab-Token',
  /** Marks what the tunnel must resolve itself; without it the front door says 400. */
  tunnel: 'X-Colab-Tunnel',
  /** The only credential a machine's own server ever gets to see. */
  proxyToken: 'X-Colab-Runtime-Proxy-Token',
} as const;

export const THROUGH_TUNNEL: Readonly<Record<string, string>> = { [HEADERS.tunnel]: 'Google' };
