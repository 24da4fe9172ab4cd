/** The least a client of Google's side must know. */

/** An answer of the session backend may begin with five bytes against script inclusion. */
const GUARD = /^\)\]\}'\n/;

export function readGuarded(text) {
  return JSON.parse(text.replace(GUARD, ''));
}

/** One refresh. */
export async function accessToken({ LECODER_EMULATOR: origin, LECODER_REFRESH_TOKEN: refreshToken }) {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: 'bench',
    client_secret: 'bench',
  });
  return (await (await fetch(`${origin}/token`, { method: 'POST', body })).json()).access_token;
}
