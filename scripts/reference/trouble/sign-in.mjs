// Why a failure of 10xx is met, and what to type. `says` is what the message says, `…` for what differs.
export const SIGN_IN = {
  1001: {
    means: 'No login was found that could be used. Only the `colab` runtime and notebooks in Drive need one.',
    causes: [
      {
        says: 'no Google account on this machine',
        why: 'nobody signed in here, or in another profile',
        fix: 'sign in, name the profile, or use a runtime without an account',
      },
      {
        says: 'notebooks in Drive need a Google account',
        why: 'the same, and notebooks in Drive cannot do without',
        fix: 'sign in; `notebook run` with a local file needs no account',
      },
      {
        says: 'access was denied on the page of Google',
        why: 'somebody pressed Cancel there, or a client in testing mode does not know the address',
        fix: 'sign in again; add your address to the test users of the client',
      },
      {
        says: 'gcloud has no application default credentials',
        why: '`--adc` was asked for, and gcloud never made them',
        fix: 'make them as [signing in](sign-in.md#with-gcloud) says',
      },
      {
        says: 'there is no stored login to export',
        why: '`auth export` has nothing to print',
        fix: 'sign in here first',
      },
    ],
    type: [
      'lecoder-cgpu auth login                    # add --headless on a machine without a browser',
      'lecoder-cgpu auth list                     # who is signed in, in which profile',
      'lecoder-cgpu run --runtime local -k "1 + 1"   # needs no account',
    ],
  },
  1002: {
    means: 'Google ended the login (`invalid_grant`). Nothing else ends one: a network that is down never does.',
    causes: [
      {
        says: 'Google stopped accepting the login of',
        why: 'access was taken away, the password changed, the login was unused for half a year, or an OAuth client in testing mode is older than seven days',
        fix: 'sign in again; [publish the client](sign-in.md#an-oauth-client) so that it lasts',
      },
      {
        why: 'in a CI job: the same, for `LECODER_REFRESH_TOKEN`',
        fix: 'sign in, run `lecoder-cgpu auth export` and replace the stored token',
      },
    ],
    type: ['lecoder-cgpu auth login'],
  },
  1003: {
    means:
      'Something was presented and not accepted: a token, a code, an OAuth client, or the key to the stored login.',
    causes: [
      {
        says: '… refused the token',
        why: 'the token of a Jupyter server is wrong, or the server was started anew',
        fix: '`jupyter server list` shows it; put it into `JUPYTER_TOKEN`',
      },
      {
        says: 'the stored login was sealed with another client secret than the one in `config.json`',
        why: '`clientSecret` was changed, or only one of the two files was copied',
        fix: 'bring back that `config.json`, or sign in again',
      },
      {
        says: 'Google does not know this OAuth client, or the refresh token belongs to another one',
        why: '`clientId` is mistyped or was deleted, or the token was made with another client',
        fix: 'set `LECODER_CLIENT_ID` and `LECODER_CLIENT_SECRET` to the pair it was made with',
      },
      { says: 'Google does not accept the code', why: 'a code works once and for some minutes', fix: 'begin again' },
      {
        says: 'that address belongs to another sign-in',
        why: 'the page of an earlier attempt was used',
        fix: 'use the page that was printed last',
      },
      {
        says: "holds no person's login",
        why: 'the credentials are those of a service account, which Colab does not take',
        fix: 'unset `GOOGLE_APPLICATION_CREDENTIALS`, or sign in as a person',
      },
      {
        says: '… no longer accepts the way in',
        why: 'access to a machine ended while it was used',
        fix: 'run the command again: it asks for a new one',
      },
    ],
    type: ['lecoder-cgpu doctor                  # says which hop refuses', 'lecoder-cgpu auth login --force'],
  },
  1004: {
    means: 'The login works and does not cover this. The message names what is missing.',
    causes: [
      {
        says: 'Google did not grant',
        why: "a box on Google's page was left empty",
        fix: 'sign in again and leave it ticked',
      },
      {
        says: 'that login does not cover',
        why: 'the same, for a login that was imported',
        fix: 'sign in again on a machine with a browser, and export again',
      },
      {
        why: 'a command for notebooks in Drive, and the login does not cover Drive',
        fix: 'grant it by itself, below; what was granted stays',
      },
      {
        says: 'Drive needs a consent that only a person can give',
        why: 'a cell asked for your Drive where nobody could answer',
        fix: 'open the page that is named once, and run again',
      },
    ],
    type: ['lecoder-cgpu auth status             # what was granted', 'lecoder-cgpu auth login --scopes drive'],
  },
};
